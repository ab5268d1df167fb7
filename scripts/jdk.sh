# shellcheck shell=bash
# Finds a JDK for chatd. Sourced by ./chatd and ./test; works in bash 3.2 and newer.

readonly JDK_WANTED=25

# jdk_major HOME: the feature version of the JDK in that folder, 0 when there is none.
jdk_major() {
  local version=
  if [ -x "$1/bin/java" ] && [ -x "$1/bin/javac" ]; then
    if [ -r "$1/release" ]; then
      version=$(sed -n 's/^JAVA_VERSION="\{0,1\}\([0-9][0-9]*\).*/\1/p' "$1/release")
    fi
    if [ -z "$version" ]; then
      version=$("$1/bin/javac" -version 2>&1 | sed -n 's/^javac \([0-9][0-9]*\).*/\1/p')
    fi
  fi
  echo "${version:-0}"
}

# java_on_path: the home of the `java` on the PATH, behind its symbolic links. On macOS that
# program is a stub, which the install folders below make up for.
java_on_path() {
  local java
  java=$(command -v java) || return 0
  java=$(readlink -f "$java" 2>/dev/null) || return 0
  dirname "$(dirname "$java")"
}

# find_jdk: prints the home of a JDK of the wanted version or newer. What the user chose comes
# first: JAVA_HOME, then the PATH. Of the installed ones the oldest that will do is taken, because
# the compiler checks of the build lag behind new releases.
find_jdk() {
  local home major best='' best_major=0
  for home in "${JAVA_HOME:-}" "$(java_on_path)"; do
    if [ -n "$home" ] && [ "$(jdk_major "$home")" -ge "$JDK_WANTED" ]; then
      echo "$home"
      return 0
    fi
  done
  for home in \
    /usr/lib/jvm/* /usr/java/* /usr/local/java/* /usr/local/openjdk* /opt/* /opt/java/* \
    "${HOME:-/}"/.sdkman/candidates/java/* "${HOME:-/}"/.jdks/* "${HOME:-/}"/.gradle/jdks/* \
    "${HOME:-/}"/.local/share/mise/installs/java/* "${HOME:-/}"/.asdf/installs/java/* \
    /Library/Java/JavaVirtualMachines/*/Contents/Home \
    "${HOME:-/}"/Library/Java/JavaVirtualMachines/*/Contents/Home \
    /opt/homebrew/opt/openjdk*/libexec/openjdk.jdk/Contents/Home; do
    major=$(jdk_major "$home")
    if [ "$major" -ge "$JDK_WANTED" ] && { [ -z "$best" ] || [ "$major" -lt "$best_major" ]; }; then
      best=$home
      best_major=$major
    fi
  done
  [ -n "$best" ] && echo "$best"
}

# need_jdk: sets JDK_HOME, or ends the program, called NAME, with one sentence.
need_jdk() {
  # shellcheck disable=SC2034 # Read by those who source this.
  JDK_HOME=$(find_jdk) || {
    echo "$NAME: chatd needs a JDK $JDK_WANTED or newer, and none was found in JAVA_HOME, on the PATH" \
      "or in the usual install folders; install one, or set JAVA_HOME." >&2
    exit 1
  }
}
