#!/bin/sh
# Loads Toronto's published calls and populations: load.sh FOLDER (NVAP_WORKSPACE says into which workspace).
. "$(dirname "$0")/../begin.sh"
force toronto "Toronto (published data)" America/Toronto
load toronto neighbourhood_population.csv population.yaml
load toronto persons_in_crisis_calls.csv incidents.yaml
