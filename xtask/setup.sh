# shellcheck shell=bash
# What ./dev and ./test have in common: see what this machine lacks, install it, and say where it stopped.
# Sourced with `root` set to the checkout. Nothing here starts, stops or configures a server of the user's.

dev=${root:?}/.dev
pkg=$dev/pkg # Debian packages, unpacked for whoever is not root
setup_log=$dev/log/setup.txt
mkdir -p "$dev/log"
export CARGO_TARGET_DIR=$root/target

say() { printf '%s\n' "$*" >&2; }

# For the ERR trap: $1 is the script, $2 the line, $3 the command.
setup_failed() {
  say "$1: failed at line $2: $3"
  [ ! -s "$setup_log" ] || say "$1: what was installed is told in $setup_log"
}

on_path() { type -P "$1" >/dev/null; }

# ---- Rust ---------------------------------------------------------------------------------------------------------

need_cargo() {
  on_path cargo || PATH=$HOME/.cargo/bin:$PATH
  if ! on_path cargo || ! [[ $(cd "$root" && cargo --version) =~ 1\.([0-9]+) ]] || [ "${BASH_REMATCH[1]}" -lt 95 ]; then
    say "Rust 1.95 or newer is missing. This line installs it:"
    say "  curl --proto '=https' --tlsv1.2 -sSf https://sh.rustup.rs | sh -s -- -y"
    exit 1
  fi
}

need_rust_components() {
  (cd "$root" && cargo fmt --version && cargo clippy --version) >/dev/null 2>&1 && return
  say "Installing rustfmt and clippy…"
  (cd "$root" && rustup component add rustfmt clippy) >>"$setup_log" 2>&1
}

# ---- What is missing ----------------------------------------------------------------------------------------------

any_file() { [ -e "$1" ]; }

# The folder of the newest PostgreSQL from 15 on.
postgres_folder() {
  local folder newest=14 found=
  for folder in "$pkg"/usr/lib/postgresql/*/bin /usr/lib/postgresql/*/bin /usr/pgsql-*/bin \
    {/opt/homebrew,/usr/local}/opt/postgresql@*/bin "$(dirname "$(type -P initdb || :)")"; do
    if [ ! -x "$folder/initdb" ] || [ ! -x "$folder/postgres" ] || [ ! -x "$folder/psql" ]; then continue; fi
    if [[ $("$folder/postgres" --version) =~ ([0-9]+) ]] && [ "${BASH_REMATCH[1]}" -gt "$newest" ]; then
      newest=${BASH_REMATCH[1]} found=$folder
    fi
  done
  echo "$found"
}

has_redis() { on_path redis-server && [[ $(redis-server --version) =~ v=([0-9]+) ]] && [ "${BASH_REMATCH[1]}" -ge 7 ]; }
has_compiler() { on_path cc; }
has_pkgconfig() { on_path pkg-config; }
has_libraries() { has_pkgconfig && pkg-config --exists tesseract lept; }

# The library that bindgen loads, and the headers that belong to it.
has_libclang() {
  [ "$(uname)" != Darwin ] || return 0 # part of the command line tools, as is the compiler
  local place
  for place in "$pkg"/usr /usr; do
    any_file "$place"/lib/llvm-*/lib/libclang*.so* && any_file "$place"/lib/llvm-*/lib/clang/*/include/stddef.h && return
    any_file "$place"/lib*/libclang.so* && any_file "$place"/lib/clang/*/include/stddef.h && return
  done
  return 1
}

has_languages() {
  local place
  for place in "${TESSDATA_PREFIX:-/nonexistent}" /usr/share/tesseract-ocr/*/tessdata /usr/share/tessdata \
    {/opt/homebrew,/usr/local}/share/tessdata; do
    [ -e "$place/fra.traineddata" ] && [ -e "$place/eng.traineddata" ] && [ -e "$place/osd.traineddata" ] && return
  done
  return 1
}

# What turns a PDF into words and pictures.
has_pdf_tools() { on_path pdfinfo && on_path pdftotext && on_path pdftoppm && on_path pdfdetach; }

# What looks at pages.
has_browser() {
  on_path chromedriver && { on_path chromium || on_path google-chrome || on_path chromium-browser; }
}

missing() {
  [ -n "$(postgres_folder)" ] || echo postgres
  has_redis || echo redis
  has_compiler || echo compiler
  has_pkgconfig || echo pkgconfig
  has_libraries || echo libraries
  has_libclang || echo libclang
  has_languages || echo languages
  has_pdf_tools || echo pdftools
  if $checks && on_path apt-get; then
    on_path shellcheck || echo shellcheck
    # Elsewhere Chromium is no package of apt's.
    has_browser || ! grep -qx 'ID=debian' /etc/os-release || echo browser
  fi
}

# ---- Installing ---------------------------------------------------------------------------------------------------

# Set to true by who also wants what only the checks need, where it is easily had.
checks=false

need_packages() {
  use_unpacked
  local lacking
  lacking=$(missing)
  if [ -n "$lacking" ]; then
    # shellcheck disable=SC2086 # one word each
    install_all $lacking
    use_unpacked
    lacking=$(missing)
    if [ -n "$lacking" ]; then
      say "Still missing after the installation: $(echo "$lacking" | tr '\n' ' ')"
      false
    fi
  fi
  PATH=$(postgres_folder):$PATH
  export PATH
}

install_all() {
  say "Missing on this machine: $*"
  if on_path apt-get; then
    # shellcheck disable=SC2046 # one word each
    set -- $(debian_names "$@")
    if [ "$(id -u)" = 0 ] || can_sudo; then
      install_debian "$@"
    else
      unpack_debian "$@"
    fi
  elif on_path brew; then
    say "Installing with brew… (details: $setup_log)"
    brew install postgresql@17 redis tesseract tesseract-lang leptonica pkg-config poppler >>"$setup_log" 2>&1
  else
    say "Install these, then start again:"
    say "  PostgreSQL >= 15, Redis >= 7, Tesseract with French and English, the development files of Tesseract and"
    say "  Leptonica, a C compiler, pkg-config, libclang and poppler's tools. For example:"
    say "  Fedora  dnf install postgresql-server redis tesseract-langpack-fra tesseract-langpack-eng tesseract-devel leptonica-devel clang-devel gcc pkgconf poppler-utils"
    say "  Arch    pacman -S postgresql redis tesseract tesseract-data-fra tesseract-data-eng leptonica clang gcc pkgconf poppler"
    say "  Alpine  apk add postgresql redis tesseract-ocr-data-fra tesseract-ocr-data-eng tesseract-ocr-dev leptonica-dev clang-dev gcc musl-dev pkgconf poppler-utils"
    exit 1
  fi
}

debian_names() {
  local name
  for name in "$@"; do
    case $name in
      postgres) echo postgresql ;;
      redis) echo redis-server ;;
      compiler) echo gcc libc6-dev ;;
      pkgconfig) echo pkg-config ;;
      libraries) echo libtesseract-dev libleptonica-dev ;;
      libclang) echo libclang-dev ;;
      languages) echo tesseract-ocr tesseract-ocr-fra tesseract-ocr-eng tesseract-ocr-osd ;;
      pdftools) echo poppler-utils ;;
      shellcheck) echo shellcheck ;;
      browser) echo chromium chromium-driver fonts-dejavu-core ;;
    esac
  done
}

# Without asking where nobody can answer.
can_sudo() { on_path sudo && { sudo -n true 2>/dev/null || { [ -t 0 ] && sudo -v; }; }; }

as_root() { if [ "$(id -u)" = 0 ]; then "$@"; else sudo "$@"; fi; }

apt_quietly() { as_root env DEBIAN_FRONTEND=noninteractive apt-get -y -qq --no-install-recommends "$@" >>"$setup_log" 2>&1; }

# Installs packages; none of them starts a server, now or at the next boot.
install_debian() {
  local guard=/usr/sbin/policy-rc.d conf=/etc/postgresql-common/createcluster.conf
  say "Installing $* … (details: $setup_log)"
  if [ ! -e $guard ]; then
    trap 'as_root rm -f /usr/sbin/policy-rc.d' EXIT
    printf '#!/bin/sh\nexit 101\n' | as_root tee $guard >/dev/null
    as_root chmod 755 $guard
  fi
  apt_quietly update
  if [[ " $* " = *" postgresql "* ]] && [ ! -e $conf ]; then
    apt_quietly install postgresql-common
    as_root sed -i 's/^#* *create_main_cluster .*/create_main_cluster = false/' $conf
  fi
  apt_quietly install "$@"
  if [[ " $* " = *" redis-server "* ]] && [ -d /run/systemd/system ]; then
    as_root systemctl --quiet disable redis-server >>"$setup_log" 2>&1
  fi
  as_root rm -f $guard
  trap - EXIT
}

# ---- Without root: packages unpacked into .dev/pkg ----------------------------------------------------------------

unpack_debian() {
  say "No root and no sudo: unpacking $* into ${pkg#"$root"/} … (details: $setup_log)"
  local state=$dev/apt names
  mkdir -p "$state"/{lists,cache/archives}/partial "$pkg"
  local apt=(apt-get -q -o "Dir::State=$state" -o Dir::State::status=/var/lib/dpkg/status -o "Dir::Cache=$state/cache" -o Debug::NoLocking=true)
  "${apt[@]}" update >>"$setup_log" 2>&1
  names=$("${apt[@]}" --simulate --no-install-recommends install "$@" | sed -n 's/^Inst \([^ ]*\) .*/\1/p')
  # shellcheck disable=SC2086 # one word each
  (cd "$state/cache" && "${apt[@]}" download $names) >>"$setup_log" 2>&1
  local package
  for package in "$state"/cache/*.deb; do dpkg -x "$package" "$pkg"; done
  rm -rf "$state"
  mend_unpacked
}

# What was made for / and now lies elsewhere: paths in pkg-config files, links to libraries that the system has, and the
# place where the compiler looks for the C library.
mend_unpacked() {
  local link target place library
  find "$pkg" -name '*.pc' -exec sed -i "s#=/usr#=$pkg/usr#" {} +
  find "$pkg" -xtype l -name '*.so*' | while read -r link; do
    target=$(basename "$(readlink "$link")")
    for place in /usr/lib/*/ /usr/lib/ /lib/*/; do
      [ ! -e "$place$target" ] || { ln -sf "$place$target" "$link"; break; }
    done
  done
  if [ -x "$pkg/usr/bin/gcc" ]; then
    for library in /lib/*-linux-gnu*/lib{c,m,mvec,gcc_s}.so.* /lib{64,}/ld-linux*; do
      [ -e "$library" ] || continue
      mkdir -p "$pkg${library%/*}"
      [ -e "$pkg$library" ] || ln -s "$library" "$pkg$library"
    done
    mkdir -p "$pkg/bin"
    printf '#!/bin/sh\nexec gcc --sysroot="%s" "$@"\n' "$pkg" >"$pkg/bin/cc"
    chmod 755 "$pkg/bin/cc"
  fi
}

# Makes what was unpacked visible to the compiler, to bindgen and to the programs.
use_unpacked() {
  [ -d "$pkg/usr" ] || return 0
  local libraries headers=$pkg/usr/include folder
  libraries=$(echo "$pkg"/usr/lib/*-linux-gnu*)
  # Chromium's own folder first: what lies in bin looks for it under /usr.
  export PATH=$pkg/bin:$pkg/usr/lib/chromium:$pkg/usr/bin:$PATH
  export LD_LIBRARY_PATH=$libraries:$pkg/usr/lib:${libraries/\/usr/}${LD_LIBRARY_PATH:+:$LD_LIBRARY_PATH}
  export PKG_CONFIG_PATH=$libraries/pkgconfig${PKG_CONFIG_PATH:+:$PKG_CONFIG_PATH}
  export BINDGEN_EXTRA_CLANG_ARGS="-I$headers -I$headers/${libraries##*/}"
  for folder in "$pkg"/usr/lib/llvm-*/lib; do
    [ ! -d "$folder" ] || export LIBCLANG_PATH=$folder
  done
  for folder in "$pkg"/usr/lib/llvm-*/lib/clang/*/include; do
    [ ! -d "$folder" ] || BINDGEN_EXTRA_CLANG_ARGS+=" -isystem $folder"
  done
  for folder in "$pkg"/usr/share/tesseract-ocr/*/tessdata; do
    [ ! -d "$folder" ] || export TESSDATA_PREFIX=$folder
  done
}

# ---- Building -----------------------------------------------------------------------------------------------------

# The queries are checked against .sqlx, whatever database the user's own settings name.
build() { (cd "$root" && SQLX_OFFLINE=true cargo build --locked "$@"); }
