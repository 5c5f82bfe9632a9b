# Shared by each example's load.sh: finds the files, makes the workspace where there is none, and loads.
set -eu
example=$(cd "$(dirname "$0")" && pwd)
if [ $# -ne 1 ] || [ ! -d "$1" ]; then
    echo "usage: $0 FOLDER   (the folder that holds the downloaded files)" >&2
    exit 2
fi
folder=$1
nvap=${NVAP:-nvap}
NVAP_WORKSPACE=${NVAP_WORKSPACE:-workspace}
export NVAP_WORKSPACE
# Published data may go into a workspace of either kind; a new one is real, since nothing in it is made up.
[ -e "$NVAP_WORKSPACE/workspace.json" ] || "$nvap" workspace make --kind real

force() {  # code, name, time zone
    "$nvap" force add "$1" --name "$2" --time-zone "$3"
}

load() {  # force, file, mapping
    file=$(find "$folder" -type f -name "$2" | head -n 1)
    if [ -z "$file" ]; then
        echo "There is no $2 in $folder; docs/examples.md says where it comes from." >&2
        exit 1
    fi
    "$nvap" load "$file" --mapping "$example/$3" --force "$1"
}
