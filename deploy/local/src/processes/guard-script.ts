/**
 * A shell that runs one command and outlives neither it nor us.
 *
 * The parent holds the writing end of the guard's standard input. When the parent ends, however it ends (SIGKILL
 * included), that pipe closes, the watcher's `read` returns and the command is killed; both are reaped here, because
 * not every container has an init that does. The command's process id is written to descriptor 3, so that signals go to
 * the command itself and never to the shell. The first argument is a shell command that cleans up after a dead
 * parent, or empty. The guard lets go of the command's outputs: writing to a dead parent's pipe would end it.
 */
export const GUARD_SCRIPT = `
exec 4<&0
cleanup=$1
shift
"$@" 3>&- 4<&- &
child=$!
orphaned=
trap 'orphaned=yes; kill -KILL "$child"' USR1
echo "$child" >&3
exec 3>&- >/dev/null 2>&1
( read -r line <&4; kill -USR1 "$$" ) &
watcher=$!
exec 4<&-
wait "$child"
code=$?
if [ -n "$orphaned" ]; then
  wait "$child"
  eval "$cleanup"
fi
kill -KILL "$watcher"
wait "$watcher"
exit "$code"
`;

/** A command as one word list that a shell takes apart again exactly so. */
export function quoteCommand(words: readonly string[]): string {
  return words.map((word) => `'${word.replaceAll("'", `'\\''`)}'`).join(' ');
}
