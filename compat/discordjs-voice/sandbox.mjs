// Starts the sandbox in a process of its own, with a bot of cordial's in it that does as it is told.
import { spawn } from 'node:child_process';
import { createInterface } from 'node:readline';

// startSandbox gives the addresses and tokens that `cordial sandbox --json` prints, and:
//   ask(request)   has cordial's bot do something, one thing after the other, see caller/main.go
//   stop()
// The options are those of that program.
export async function startSandbox(options) {
  const program = process.env.CORDIAL_CALLER;
  if (!program) throw new Error('CORDIAL_CALLER must name the program built from ./caller');
  const child = spawn(program, options, { stdio: ['pipe', 'pipe', 'inherit'] });
  const lines = createInterface({ input: child.stdout })[Symbol.asyncIterator]();
  const read = async () => {
    const { value, done } = await lines.next();
    if (done) throw new Error('the sandbox has ended');
    return JSON.parse(value);
  };
  const info = await read();
  return {
    ...info,
    async ask(request) {
      child.stdin.write(`${JSON.stringify(request)}\n`);
      const reply = await read();
      if (reply.error) throw new Error(reply.error);
      return reply;
    },
    stop() {
      child.stdin.end();
      return new Promise((resolve) => child.once('exit', resolve));
    },
  };
}
