// Starts the sandbox in a process of its own, with a bot of cordial's in it that does as it is told.
import { Program } from '../program.mjs';

// startSandbox gives the addresses and tokens that `cordial sandbox --json` prints, and:
//   ask(request)   has cordial's bot do something, one thing after the other, see caller/main.go
//   stop()
// The options are those of that program.
export async function startSandbox(options) {
  const program = new Program('CORDIAL_CALLER', './caller', options);
  return {
    ...(await program.read()),
    ask: (request) => program.ask(request),
    stop: () => program.stop(),
  };
}
