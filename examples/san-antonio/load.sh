#!/bin/sh
# Loads San Antonio's published calls: load.sh FOLDER (NVAP_WORKSPACE says into which workspace).
. "$(dirname "$0")/../begin.sh"
"$nvap" key make --if-missing
force san-antonio "San Antonio (published data)" America/Chicago
load san-antonio calls_for_service.parquet incidents.yaml
