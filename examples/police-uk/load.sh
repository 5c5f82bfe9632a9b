#!/bin/sh
# Loads police.uk's crimes of West Yorkshire in July 2017, and residents: load.sh FOLDER (into NVAP_WORKSPACE).
. "$(dirname "$0")/../begin.sh"
force west-yorkshire "West Yorkshire (published data)" Europe/London
load west-yorkshire lsoa11_police_force_population.csv population.yaml
load west-yorkshire 2017-07-west-yorkshire-street.csv crimes.yaml
