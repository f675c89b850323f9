// A Go program that a test talks to: each request and each reply is a line of JSON.
import { spawn } from 'node:child_process';
import { createInterface } from 'node:readline';

export class Program {
  #child;
  #ended;
  #lines;

  // The variable of the environment names the program, which was built from a folder. Its errors go where the test's go.
  constructor(variable, folder, options = []) {
    const path = process.env[variable];
    if (!path) throw new Error(`${variable} must name the program built from ${folder}`);
    this.#child = spawn(path, options, { stdio: ['pipe', 'pipe', 'inherit'] });
    this.#ended = new Promise((resolve) => this.#child.once('exit', resolve));
    this.#lines = createInterface({ input: this.#child.stdout })[Symbol.asyncIterator]();
  }

  // read gives the next thing that the program says.
  async read() {
    const { value, done } = await this.#lines.next();
    if (done) throw new Error('the program has ended');
    return JSON.parse(value);
  }

  // ask gives the reply to a request. Requests may be made before earlier ones are answered; replies come in their order.
  async ask(request) {
    this.#child.stdin.write(`${JSON.stringify(request)}\n`);
    const reply = await this.read();
    if (reply.error) throw new Error(`${request.do}: ${reply.error}`);
    return reply;
  }

  // stop ends the program's input, and waits for its end.
  stop() {
    this.#child.stdin.end();
    return this.#ended;
  }
}
