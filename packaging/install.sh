#!/bin/sh
# Installs what is beside it: DESTDIR=/somewhere PREFIX=/usr ./install.sh; `./install.sh remove` takes it away again.
set -eu

here=$(dirname "$(readlink -f -- "$0")")
prefix=${PREFIX:-/usr/local}
destination=${DESTDIR:-}
case $destination in
/* | '') ;;
*) destination=$PWD/$destination ;;
esac
target=$destination$prefix
mode=${1:-install}

case $prefix in
/*) ;;
*)
    echo "install.sh: PREFIX is \"$prefix\": it has to begin with a slash" >&2
    exit 2
    ;;
esac

cd "$here/tree"
case $mode in
install)
    find . -type d | LC_ALL=C sort | while read -r folder; do
        [ -d "$target/$folder" ] || mkdir -p -m 755 "$target/$folder"
    done
    find . ! -type d | while read -r file; do
        rm -f "$target/$file"
        cp -P "$file" "$target/$file"
    done
    if [ -f "$target/share/pkgconfig/wine-ld.pc" ]; then
        sed "s|^prefix=.*|prefix=$prefix|" share/pkgconfig/wine-ld.pc >"$target/share/pkgconfig/wine-ld.pc"
    fi
    ;;
remove)
    if [ -e "$destination/var/lib/wine-ld/installed" ] && [ -e bin/wine-ld ]; then
        echo "install.sh: programs still name the linker: run \`wine-ld uninstall\` first" >&2
        exit 1
    fi
    find . ! -type d | while read -r file; do
        rm -f "$target/$file"
    done
    # Folders of others are not empty.
    find . -mindepth 1 -type d | LC_ALL=C sort -r | while read -r folder; do
        rmdir "$target/$folder" 2>/dev/null || :
    done
    ;;
*)
    echo "usage: [DESTDIR=DIR] [PREFIX=DIR] install.sh [remove]" >&2
    exit 2
    ;;
esac
