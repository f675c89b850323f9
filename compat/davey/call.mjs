// A voice call hosted by ./call, with members of ours inside it and davey's here.
import { spawn } from 'node:child_process';
import { createInterface } from 'node:readline';
import { Member, Op } from './member.mjs';

export class Call {
  members = new Map(); // davey's, by user id
  ours = new Set();
  refused = []; // why commits did not count
  mostInOne = 0; // proposals in one message
  #waiting = []; // messages for davey's members
  #busy = false;

  // begin opens a call of its own in a process of its own.
  static async begin(channel) {
    const program = process.env.CORDIAL_CALL;
    if (!program) throw new Error('CORDIAL_CALL must name the program built from ./call');
    const call = new Call();
    call.channel = channel;
    call.child = spawn(program, { stdio: ['pipe', 'pipe', 'inherit'] });
    call.lines = createInterface({ input: call.child.stdout })[Symbol.asyncIterator]();
    await call.#ask({ do: 'begin', channel });
    return call;
  }

  async #ask(request) {
    this.child.stdin.write(`${JSON.stringify(request)}\n`);
    const { value, done } = await this.lines.next();
    if (done) throw new Error('the call has ended');
    const reply = JSON.parse(value);
    if (reply.error) throw new Error(`${request.do}: ${reply.error}`);
    if (reply.refused) this.refused.push(reply.refused);
    this.#waiting.push(...(reply.messages ?? []));
    this.#busy = reply.busy ?? false;
    return reply;
  }

  async join(user, whose, { version = 1 } = {}) {
    if (whose === 'ours') this.ours.add(user);
    else this.members.set(user, new Member(user, this.channel));
    await this.#ask({ do: 'join', user, ours: whose === 'ours', version });
  }

  async leave(user) {
    this.ours.delete(user);
    this.members.delete(user);
    for (const member of this.members.values()) member.users.delete(user);
    this.#waiting = this.#waiting.filter((message) => message.to !== user);
    await this.#ask({ do: 'leave', user });
  }

  revoke = () => this.#ask({ do: 'revoke' });
  propose = () => this.#ask({ do: 'propose' });
  break = (user) => this.#ask({ do: 'break', user });
  state = async (user, other = '0') => (await this.#ask({ do: 'state', user, from: other })).state;

  // run carries messages until there are none; whoever is named first is always faster than the other.
  async run(first = 'ours') {
    const turns = first === 'ours' ? [this.#step, this.#deliver] : [this.#deliver, this.#step];
    while (this.#waiting.length > 0 || this.#busy) {
      for (const turn of turns) {
        if (await turn.call(this)) break;
      }
    }
  }

  // Each turn is true when there was something to do: all of ours take what waits for them and send, or one of davey's does.
  async #step() {
    if (!this.#busy) return false;
    await this.#ask({ do: 'step' });
    return true;
  }

  async #deliver() {
    const message = this.#waiting.shift();
    if (!message) return false;
    await this.#take(message);
    return true;
  }

  async #take(message) {
    const inOne = message.op === Op.Proposals ? this.#proposalsIn(message) : 0;
    this.mostInOne = Math.max(this.mostInOne, inOne);
    const answers = this.members.get(message.to)?.take(message) ?? [];
    for (const answer of answers) await this.#ask({ do: 'send', user: message.to, ...answer });
  }

  // proposalsIn counts the proposals in a message: each begins with version 1.0, the wire format and the group's id.
  #proposalsIn({ binary }) {
    const group = Buffer.alloc(8);
    group.writeBigUInt64BE(BigInt(this.channel));
    const begin = Buffer.concat([Buffer.from([0, 1, 0, 1, 8]), group]);
    const payload = Buffer.from(binary, 'base64');
    let count = 0;
    for (let at = payload.indexOf(begin); at >= 0; at = payload.indexOf(begin, at + 1)) count++;
    return count;
  }

  // arrive lets members of either side send what they send on joining, before anybody answers it.
  async arrive(...users) {
    const mine = this.#waiting.filter((message) => users.includes(message.to));
    this.#waiting = this.#waiting.filter((message) => !users.includes(message.to));
    for (const message of mine) await this.#take(message);
    await this.#step();
  }

  async encrypt(user, frame) {
    if (this.members.has(user)) return this.members.get(user).encrypt(frame);
    const reply = await this.#ask({ do: 'encrypt', user, frame: frame.toString('base64') });
    return Buffer.from(reply.frame, 'base64');
  }

  async decrypt(user, from, frame) {
    if (this.members.has(user)) return this.members.get(user).decrypt(from, frame);
    const reply = await this.#ask({ do: 'decrypt', user, from, frame: frame.toString('base64') });
    return Buffer.from(reply.frame, 'base64');
  }

  end() {
    this.child.stdin.end();
    return new Promise((resolve) => this.child.once('exit', resolve));
  }
}
