/** The Debian packages that the suite runs. `.ci/run` installs them; a program that is missing is skipped. */

/** To be installed on the machine (x86_64): compilers, tools of the suite and the programs it starts. */
export const machinePackages: readonly string[] = [
  ...["gcc", "g++", "gcc-multilib", "g++-multilib", "libc6-dev", "libc6-dbg", "gdb", "patchelf"],
  ...["bash", "dash", "coreutils", "findutils", "grep", "sed", "gawk", "mawk", "diffutils", "file", "bc", "less"],
  ...["perl", "libjson-perl", "python3", "python3-venv", "git", "openssl", "sqlite3", "curl", "openssh-client"],
  ...["vim", "tar", "gzip", "bzip2", "xz-utils", "zstd", "lz4", "jq", "tcl", "tk", "ffmpeg", "procps", "util-linux"],
  ...["xvfb", "xauth", "x11-utils", "zenity", "qtbase5-examples", "nginx-core", "libnginx-mod-http-geoip"],
  ...["default-jre-headless", "postgresql", "ruby", "php-cli", "lua5.4", "rsync", "gnupg", "make", "m4", "man-db"],
  ...["libxml2-utils", "imagemagick", "binutils", "strace", "valgrind", "tmux", "psmisc", "locales", "wget"],
];

/** To be unpacked, with all they depend on, into a folder: the i386 programs and libraries. */
export const i386Packages: readonly string[] = [
  ...["libc6", "libc-bin", "libstdc++6", "libgcc-s1", "libatomic1", "libgomp1", "libnss-systemd"],
  ...["bash", "dash", "coreutils", "findutils", "grep", "sed", "gawk", "mawk", "diffutils", "file", "bc", "less"],
  ...["perl", "python3", "git", "openssl", "sqlite3", "curl", "openssh-client", "gdb", "vim-tiny"],
  ...["tar", "gzip", "bzip2", "xz-utils", "zstd", "lz4", "jq", "tcl8.6", "procps", "util-linux"],
  ...["lua5.4", "rsync", "make", "m4", "libxml2-utils", "binutils", "cpp-12", "gcc-12", "nginx-core", "x11-utils"],
];
