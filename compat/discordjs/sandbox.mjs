// Starts the sandbox in a process of its own, with people who do as they are told.
import { Program } from '../program.mjs';

// startSandbox gives the addresses and tokens that `cordial sandbox --json` prints, and:
//   person(name, method, path, body)   a REST request with that person's token
//   act(request)                       something that goes through the person's own client, see people/main.go
//   stop()
export async function startSandbox() {
  const program = new Program('CORDIAL_PEOPLE', './people');
  const info = await program.read();
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
    act: (request) => program.ask(request),
    stop: () => program.stop(),
  };
}
