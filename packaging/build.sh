#!/bin/bash
# Builds the Debian package: build.sh DIRECTORY. The same commit gives the same files, byte for byte, where the same
# compiler built the same program.
set -euo pipefail
cd "$(dirname "$0")/.."
umask 022

output=${1:?Name the directory that the package goes to.}
scratch=$PWD/.build/static
version=$(packaging/version.sh)
architecture=$(dpkg --print-architecture)
epoch=${SOURCE_DATE_EPOCH:-$(git log -1 --format=%ct 2>/dev/null || stat -c %Y CHANGELOG.md)}
maintainer=$(git log -1 --format='%an <%ae>' 2>/dev/null || echo "The Warren authors <warren@localhost>")
export SOURCE_DATE_EPOCH=$epoch LC_ALL=C.UTF-8

stage=$(mktemp -d)
trap 'rm -rf "$stage"' EXIT
root=$stage/root
documents=$root/usr/share/doc/warren

# The runtime of Swift is linked in, so that hosts need nothing of a toolchain. Debug builds are left as they are.
swift build -c release --static-swift-stdlib --product warren --scratch-path "$scratch"

mkdir -p "$root/usr/bin" "$root/DEBIAN" "$documents/examples" "$root/usr/share/man/man1" "$root/usr/share/lintian/overrides"
cp -r --no-preserve=ownership packaging/root/. "$root/"
strip --strip-all --remove-section=.comment -o "$root/usr/bin/warren" "$scratch/release/warren"
mkdir -p "$root/etc/warren/secrets"

# Shells read these, and do not run them.
complete() { "$root/usr/bin/warren" --generate-completion-script "$1" | sed '1{/^#!/d}' > "$root/usr/share/$2"; }
mkdir -p "$root"/usr/share/{bash-completion/completions,zsh/vendor-completions,fish/vendor_completions.d}
complete bash bash-completion/completions/warren
complete zsh zsh/vendor-completions/_warren
complete fish fish/vendor_completions.d/warren.fish

packaging/manual.sh "$root/usr/bin/warren" "$epoch" | gzip -9n > "$root/usr/share/man/man1/warren.1.gz"
cp packaging/copyright "$documents/copyright"
cp packaging/lintian-overrides "$root/usr/share/lintian/overrides/warren"
cp docs/*.md "$documents/"
cp manifests/*.yaml "$documents/examples/"
gzip -9nc CHANGELOG.md > "$documents/changelog.gz"
gzip -9n > "$documents/changelog.Debian.gz" << END
warren ($version) unstable; urgency=medium

  * See changelog.gz for what each version brought.

 -- $maintainer  $(date -u -d "@$epoch" -R)
END

find "$root" -type d -exec chmod 755 {} +
find "$root" -type f ! -perm /111 -exec chmod 644 {} +
find "$root" -type f -perm /111 -exec chmod 755 {} +
chmod 750 "$root/etc/warren"
chmod 700 "$root/etc/warren/secrets"

# dpkg-shlibdeps names what the program is linked with, from a folder that looks like that of a source package.
mkdir -p "$stage/source/debian"
printf 'Source: warren\n\nPackage: warren\nArchitecture: any\n' > "$stage/source/debian/control"
libraries=$(cd "$stage/source" && dpkg-shlibdeps -O "$root/usr/bin/warren" | sed -n 's/^shlibs:Depends=//p')

size=$(($(find "$root" -path "$root/DEBIAN" -prune -o -type f -printf '%s\n' | awk '{ s += int(($1 + 1023) / 1024) } END { print s }')))
while IFS= read -r line; do
    line=${line//@VERSION@/$version}
    line=${line//@ARCHITECTURE@/$architecture}
    line=${line//@MAINTAINER@/$maintainer}
    line=${line//@SIZE@/$size}
    printf '%s\n' "${line//@LIBRARIES@/$libraries}"
done < packaging/control > "$root/DEBIAN/control"
install -m 755 packaging/scripts/* "$root/DEBIAN/"
echo /etc/default/warren > "$root/DEBIAN/conffiles"
(cd "$root" && find usr -type f -print0 | sort -z | xargs -0 md5sum) > "$root/DEBIAN/md5sums"
find "$root" -exec touch -h -d "@$epoch" {} +

mkdir -p "$output"
rm -f "$output"/warren_*.deb
package=$output/warren_${version}_$architecture.deb
dpkg-deb --root-owner-group -Zxz -z1 --build "$root" "$package" > /dev/null
echo "$package: $(($(stat -c %s "$package") / 1000000)) MB, $((size / 1000)) MB installed"
