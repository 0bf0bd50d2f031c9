/**
 * A shell that runs one command and outlives neither it nor us.
 *
 * The parent holds the writing end of the guard's standard input. When the parent ends, however it ends (SIGKILL
 * included), that pipe closes, the watcher's `read` returns and the command is killed. The command's process id is
 * written to descriptor 3, so that signals go to the command itself and never to the shell.
 * The first argument is a directory to remove in that case, or empty.
 */
export const GUARD_SCRIPT = `
exec 4<&0
orphaned=$1
shift
"$@" 3>&- 4<&- &
child=$!
echo "$child" >&3
exec 3>&-
(
  read -r line <&4
  kill -KILL "$$" "$child"
  [ -z "$orphaned" ] || { sleep 0.2; rm -rf -- "$orphaned"; }
) 2>/dev/null &
watcher=$!
exec 4<&-
wait "$child"
code=$?
kill -KILL "$watcher" 2>/dev/null
exit "$code"
`;
