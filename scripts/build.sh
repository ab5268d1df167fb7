# shellcheck shell=bash
# Builds chatd and its AOT cache, with progress. Sourced by ./chatd and ./test after jdk.sh; works
# in bash 3.2 and newer. The sourcing program sets ROOT (the source tree) and NAME (its own name).
# All progress goes to standard error, so that what a command prints stays its own.

readonly JAR=$ROOT/server/target/chatd.jar
readonly STAMP=$ROOT/server/target/chatd.stamp
readonly AOT_DIR=$ROOT/server/target/aot
readonly TRAINING_LIMIT_SECONDS=120
readonly MAVEN_LIMIT_SECONDS=7200

say() {
  echo "$NAME: $*" >&2
}

# need PROGRAM WHY: ends this program with one sentence when PROGRAM is not installed.
need() {
  if ! command -v "$1" >/dev/null; then
    say "$2, and there is no $1 on the PATH; install it."
    exit 1
  fi
}

# need_maven: ends this program with one sentence when there is no Maven.
need_maven() {
  need mvn "chatd is built with Maven 3.8.7 or newer"
}

# lock DESCRIPTOR FILE WHAT: holds the lock on FILE by that file descriptor until it is closed here
# and in what was started meanwhile. Without flock (macOS) nobody is kept out.
lock() {
  mkdir -p "$(dirname "$2")"
  if command -v flock >/dev/null; then
    eval "exec $1>\"\$2\""
    if ! flock -n "$1"; then
      say "another $3 is at work in this folder; waiting for it"
      flock "$1"
    fi
  fi
}

# unlock DESCRIPTOR: lets go of what `lock` holds by it.
unlock() {
  eval "exec $1>&-"
}

# Set by ./test: whether this run of Maven tests, or only passes by its tests.
TESTING=

# stage_of LINE: sets STAGE from the line with which Maven announces a plugin, in our words. Leaves
# it alone for the plugins that take no time.
stage_of() {
  local module=${1##* @ chatd-} what=
  case $1 in
    *:compile\ *) what=compiling ;;
    *:testCompile\ *) what=${TESTING:+compiling tests} ;;
    *:test\ *) what=${TESTING:+testing} ;;
    *:jar\ *) what=packing ;;
    *:copy-dependencies\ *) what='collecting libraries' ;;
    *spotless*) what=formatting ;;
  esac
  if [ -z "$what" ]; then
    return 0
  fi
  case $module in
    '['*) STAGE="chatd: $what" ;;
    *) STAGE="${module%% *}: $what" ;;
  esac
}

# show_progress: tells stage and time; on a terminal in one line that is written over.
show_progress() {
  local text="$STAGE, $((SECONDS - STARTED)) s"
  if [ "$FETCHED" -gt 0 ]; then
    text="$text, $FETCHED files fetched"
  fi
  if [ -t 2 ]; then
    printf '\r\033[K%s: %s' "$NAME" "$text" >&2
  elif [ "$STAGE" != "$SHOWN" ] || [ $((SECONDS - SHOWN_AT)) -ge 20 ]; then
    say "$text"
    SHOWN=$STAGE
    SHOWN_AT=$SECONDS
  fi
}

clear_progress() {
  if [ -t 2 ]; then
    printf '\r\033[K' >&2
  fi
}

# on_test_line LINE: replaced by ./test; hears the lines with which surefire reports a test class.
on_test_line() {
  :
}

# watch LOG PID LIMIT: shows progress from the growing log until the process ends, or is ended after
# LIMIT seconds; returns its exit code. The loop looks four times a second: nothing portable waits
# for "the file grew or the process ended".
watch() {
  local line='' part='' running=1 begun=$SECONDS
  exec 8<"$1"
  while [ "$running" = 1 ]; do
    kill -0 "$2" 2>/dev/null || running=0
    while IFS= read -r line <&8 || { part=$part$line && false; }; do
      line=$part$line
      part=
      case $line in
        '[INFO] --- '*) stage_of "$line" ;;
        *'Downloaded from '*) FETCHED=$((FETCHED + 1)) ;;
        *' -- in '*) on_test_line "$line" ;;
      esac
    done
    if [ "$running" = 1 ]; then
      show_progress
      if [ $((SECONDS - begun)) -ge "$3" ]; then
        kill -9 "$2" 2>/dev/null || true
      fi
      sleep 0.25
    fi
  done
  exec 8<&-
  clear_progress
  wait "$2"
}

# stop_child: what a signal to this program does to the build it started.
stop_child() {
  kill "$CHILD" 2>/dev/null || true
  clear_progress
  say "stopped"
  exit 130
}

# run LOG LIMIT STAGE COMMAND...: runs the command behind the progress line, its output in LOG, for
# LIMIT seconds at most; returns its exit code.
run() {
  local log=$1 limit=$2 code=0
  STAGE=$3 SHOWN='' SHOWN_AT=$SECONDS FETCHED=0
  shift 3
  : >"$log"
  "$@" >"$log" 2>&1 </dev/null &
  CHILD=$!
  trap stop_child INT TERM HUP
  watch "$log" "$CHILD" "$limit" || code=$?
  trap - INT TERM HUP
  return "$code"
}

# maven LOG ARGUMENTS...: Maven on the JDK that was found, whatever the default one is. The options
# keep Maven's own libraries from warning about that JDK, and make its short life cheaper.
maven() {
  local log=$1
  shift
  JAVA_HOME=$JDK_HOME run "$log" "$MAVEN_LIMIT_SECONDS" 'starting Maven' env MAVEN_OPTS="--enable-native-access=ALL-UNNAMED \
--sun-misc-unsafe-memory-access=allow -XX:+UseSerialGC -XX:TieredStopAtLevel=1 ${MAVEN_OPTS:-}" \
    mvn -B -f "$ROOT/pom.xml" "$@"
}

# maven_errors LOG: what went wrong, without what Maven says around it.
maven_errors() {
  awk '
    /^\[INFO\]|^Download|^\[WARNING\] *$/ { on = 0 }
    /^\[ERROR\]/ || /^\[WARNING\].*\.java/ { on = 1 }
    /^\[ERROR\] *(at .*)?$|Help 1\]|full stack trace|full debug logging|correcting the problems|possible solutions|mvn <args>/ { on = 0 }
    on && !seen[$0]++ && shown++ < 80
  ' "$1" >&2
  say "the whole output is in ${1#"$ROOT"/}"
}

# build_is_fresh: whether the build is newer than everything it was made from. Folders count too:
# theirs is the only time that a deleted file changes.
build_is_fresh() {
  [ -f "$STAMP" ] && [ -f "$JAR" ] && [ -z "$(find "$ROOT/pom.xml" "$ROOT/scripts" \
    "$ROOT"/{core,engine,relay,server}/pom.xml "$ROOT"/{core,engine,relay,server}/src/main \
    -newer "$STAMP" -print -quit)" ]
}

# build: brings the build up to date. Ends the program when that fails.
build() {
  build_is_fresh && return 0
  need_maven
  if ! mkdir -p "$ROOT/target" "$ROOT/server/target" 2>/dev/null || [ ! -w "$ROOT/target" ]; then
    say "chatd has to be built, and $ROOT cannot be written to by this user."
    exit 1
  fi
  lock 9 "$ROOT/target/build.lock" build
  if build_is_fresh; then # The build waited for was this one.
    unlock 9
    return 0
  fi
  local begun=$ROOT/target/build.begun
  # Removed, not written over: a chatd that runs keeps what it has open, and loads from it.
  rm -rf "$STAMP" "$AOT_DIR" "$ROOT/server/target/lib" "$JAR"
  : >"$begun" # The stamp gets this time: what changes during the build is newer than it.
  say "building with $JDK_HOME"
  STARTED=$SECONDS
  if ! maven "$ROOT/target/build.log" package -pl server -am -Dmaven.test.skip=true; then
    maven_errors "$ROOT/target/build.log"
    say "the build failed"
    exit 1
  fi
  mv "$begun" "$STAMP"
  say "built in $((SECONDS - STARTED)) s"
  unlock 9
}

# small_machine: two processors or fewer, or less than 4 GiB.
small_machine() {
  local processors kib
  processors=$(nproc 2>/dev/null || getconf _NPROCESSORS_ONLN 2>/dev/null || echo 2)
  kib=$(sed -n 's/^MemTotal: *\([0-9]*\) kB/\1/p' /proc/meminfo 2>/dev/null || true)
  [ "$processors" -le 2 ] || [ "${kib:-8000000}" -lt 4194304 ]
}

# choose_jvm_options: sets JVM_OPTIONS and AOT_CACHE, which serves one JDK and one collector. What the
# JVM says goes to standard error, and nothing about a cache that does not fit: it starts without. When
# memory has run out the process ends: the chats of a dead one are taken over, those of a half-dead one
# are not.
choose_jvm_options() {
  local collector=G1 jdk
  if small_machine; then
    collector=Serial
  fi
  jdk=$(sed -n 's/^JAVA_RUNTIME_VERSION="\(.*\)"/\1/p' "$JDK_HOME/release" 2>/dev/null || true)
  AOT_CACHE=$AOT_DIR/${jdk:-unknown}-$collector.aot
  JVM_OPTIONS=("-XX:+Use${collector}GC" -XX:+ExitOnOutOfMemoryError
    -Xlog:disable '-Xlog:all=warning,aot*=off,cds*=off:stderr')
}

# train: makes the AOT cache by one start of chatd, once per build and JDK. An empty file says that
# it was tried in vain; chatd then starts without, a second or two later.
train() {
  if [ -e "$AOT_CACHE" ] || [ ! -w "$ROOT/server/target" ]; then
    return 0
  fi
  lock 9 "$ROOT/target/build.lock" build
  if [ ! -e "$AOT_CACHE" ]; then
    mkdir -p "$AOT_DIR"
    STARTED=$SECONDS
    if run "$AOT_DIR/training.log" "$TRAINING_LIMIT_SECONDS" 'preparing quicker starts (once for each build)' \
      "$JDK_HOME/bin/java" "${JVM_OPTIONS[@]}" "-XX:AOTCacheOutput=$AOT_CACHE.new" \
      -cp "$JAR" chatd.Main train && [ -s "$AOT_CACHE.new" ]; then
      mv "$AOT_CACHE.new" "$AOT_CACHE"
      say "prepared quicker starts in $((SECONDS - STARTED)) s"
    else
      rm -f "$AOT_CACHE.new"
      : >"$AOT_CACHE"
      say "no quicker starts: the AOT cache could not be made (see ${AOT_DIR#"$ROOT"/}/training.log)"
    fi
  fi
  unlock 9
}
