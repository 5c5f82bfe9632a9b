#!/bin/sh
# Loads Columbia's published dispatch log: load.sh FOLDER (NVAP_WORKSPACE says into which workspace).
. "$(dirname "$0")/../begin.sh"
"$nvap" key make --if-missing
force columbia "Columbia, Missouri (published data)" America/Chicago
load columbia dispatch_calls.csv incidents.yaml
