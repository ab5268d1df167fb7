# shellcheck shell=bash
# Builds the simulator and runs it. Sourced after jdk.sh and build.sh.

readonly SIM=$ROOT/sim/target
readonly SIM_STAMP=$SIM/sim.stamp

# sim_is_fresh: whether the simulator is newer than everything it was made from.
sim_is_fresh() {
  [ -f "$SIM_STAMP" ] && [ -f "$SIM/classpath" ] && [ -z "$(find "$ROOT/pom.xml" "$ROOT/sim/pom.xml" \
    "$ROOT"/{core,engine,relay}/pom.xml "$ROOT"/{core,engine,relay,sim}/src/main \
    "$ROOT/engine/src/test" -newer "$SIM_STAMP" -print -quit)" ]
}

# build_sim: brings the simulator up to date, and sets SIM_CLASSES, what it runs with. Ends the
# program when that fails.
build_sim() {
  if ! sim_is_fresh; then
    need_maven
    lock 9 "$ROOT/target/build.lock" build
    mkdir -p "$SIM"
    : >"$SIM/sim.begun"
    STARTED=$SECONDS
    if ! maven "$ROOT/target/sim.log" package -pl sim -am -DskipTests; then
      maven_errors "$ROOT/target/sim.log"
      say "the build of the simulator failed"
      exit 1
    fi
    mv "$SIM/sim.begun" "$SIM_STAMP"
    unlock 9
  fi
  # shellcheck disable=SC2034 # Read by those who source this.
  SIM_CLASSES=$SIM/classes:$(cat "$SIM/classpath")
}

# sim CLASSES ARGUMENTS...: runs the simulator; what is in the folder CLASSES comes before what it
# was built with.
sim() {
  local classes=$1
  shift
  "$JDK_HOME/bin/java" -XX:+UseSerialGC -Xmx1g --add-opens java.base/java.lang=ALL-UNNAMED \
    -cp "$classes:$SIM_CLASSES" chatd.sim.Main "$@"
}
