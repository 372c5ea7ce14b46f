/** Perl's core tests, from its source package, run by the perl that is installed. */
import type { ForeignTest, Row } from "../row.ts";
import { prove } from "../verdicts.ts";

/** Source indexes lie in a folder of their own: the machine's settings stay. Updates' sources may be gone. */
const fetching = `
mkdir -p parts lists/partial src
for file in /etc/apt/sources.list.d/*.sources; do
  [ ! -e "$file" ] || sed 's/^Types:.*/Types: deb-src/' "$file" > "parts/\${file##*/}"
done
[ ! -s /etc/apt/sources.list ] || sed -n 's/^deb /deb-src /p' /etc/apt/sources.list > parts/own.list
settings="-o Dir::Etc::sourcelist=/dev/null -o Dir::Etc::sourceparts=$PWD/parts -o Dir::State::lists=$PWD/lists"
apt-get $settings -o APT::Sandbox::User=root -q update > log 2>&1
. /etc/os-release
apt-get $settings -o APT::Sandbox::User=root -q source --download-only "perl/$VERSION_CODENAME" >> log 2>&1 ||
  { tail -1 log >&2; exit 1; }
tar xf perl_*.orig.tar.xz -C src --strip-components 1
`;

const folder = (name: string): ForeignTest => ({
  name,
  command: `cp -r "$PREPARED/src" . && cd src/t && prove ${name}`,
  read: prove,
  timeout: 900,
});

export const perl: Row = {
  name: "perl",
  packages: ["perl", "dpkg-dev", "xz-utils"],
  part: "long",
  prepare: fetching,
  tests: ["base", "cmd", "op", "re", "uni", "io", "mro", "lib", "class"].map(folder),
};
