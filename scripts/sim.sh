# shellcheck shell=bash
# Builds the simulator and runs it. Sourced after jdk.sh and build.sh.

readonly SIM=$ROOT/sim/target
readonly SIM_STAMP=$SIM/sim.stamp

# sim_is_fresh: whether the simulator is newer than everything it was made from.
sim_is_fresh() {
  [ -f "$SIM_STAMP" ] && [ -f "$SIM/classpath" ] &&
    [ -z "$(find "$ROOT/pom.xml" "$ROOT"/{core,engine,relay,sim}/{pom.xml,src/main} \
      "$ROOT"/engine/src/test -newer "$SIM_STAMP" -print -quit)" ]
}

# build_sim: brings the simulator up to date. Ends the program when that fails.
build_sim() {
  sim_is_fresh && return 0
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
}

# exec_sim CLASSPATH ARGUMENTS...: becomes the simulator. Virtual threads get a scheduler of its own
# (the opened package), nothing may depend on where objects lie in memory (the hash code), and the
# threads of replicas that were killed, which never end, must not be kept by the JDK.
exec_sim() {
  local classpath=$1
  shift
  exec "$JDK_HOME/bin/java" -XX:+UseSerialGC -Xmx1g \
    -XX:+UnlockExperimentalVMOptions -XX:hashCode=2 -Djdk.trackAllThreads=false \
    --add-opens java.base/java.lang=ALL-UNNAMED \
    -cp "$classpath" chatd.sim.Main "$@"
}
