// Starts the sandbox in a process of its own, with people who do as they are told.
import { spawn } from 'node:child_process';
import { createInterface } from 'node:readline';

// startSandbox gives the addresses and tokens that `cordial sandbox --json` prints, and:
//   person(name, method, path, body)   a REST request with that person's token
//   act(request)                       something that goes through the person's own client, see people/main.go
//   stop()
export async function startSandbox() {
  const program = process.env.CORDIAL_PEOPLE;
  if (!program) throw new Error('CORDIAL_PEOPLE must name the program built from ./people');
  const child = spawn(program, { stdio: ['pipe', 'pipe', 'inherit'] });
  const lines = createInterface({ input: child.stdout })[Symbol.asyncIterator]();
  const read = async () => {
    const { value, done } = await lines.next();
    if (done) throw new Error('the sandbox has ended');
    return JSON.parse(value);
  };
  const info = await read();
  return {
    ...info,
    async person(name, method, path, body) {
      const { token } = info.users.find((user) => user.name === name);
      const response = await fetch(info.api_url + path, {
        method,
        headers: { authorization: token, 'content-type': 'application/json' },
        body: JSON.stringify(body),
      });
      if (!response.ok) throw new Error(`${method} ${path}: ${response.status} ${await response.text()}`);
      return response.json();
    },
    async act(request) {
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
