// A member of a call with davey's session, driven as clients built on it drive it.
import { DAVESession, MediaType } from '@snazzah/davey';

export const Op = {
  SessionDescription: 4, ClientsConnect: 11, PrepareTransition: 21, ExecuteTransition: 22, TransitionReady: 23, PrepareEpoch: 24,
  ExternalSender: 25, KeyPackage: 26, Proposals: 27, CommitWelcome: 28, AnnounceCommit: 29, Welcome: 30, InvalidCommitWelcome: 31,
};

const silence = Buffer.from([0xf8, 0xff, 0xfe]);

export class Member {
  users = new Set(); // who was announced
  version = 0;
  #session = null;
  #transitions = new Map(); // id to version
  #downgraded = false;

  constructor(user, channel) {
    this.user = user;
    this.channel = channel;
  }

  get ready() { return this.#session?.ready ?? false; }
  get epoch() { return this.#session?.epoch ?? null; }
  get members() { return this.#session?.getUserIds().sort() ?? []; }
  get code() { return this.#session?.voicePrivacyCode ?? ''; }
  codeWith(user) { return this.#session.getVerificationCode(user); }

  // take gives back the messages to send for one of the server's.
  take({ op, binary, transition, version, epoch, users }) {
    const payload = binary && Buffer.from(binary, 'base64');
    switch (op) {
      case Op.ClientsConnect:
        for (const user of users) this.users.add(user);
        return [];
      case Op.SessionDescription:
        return this.#begin(version);
      case Op.PrepareEpoch:
        return epoch === 1 ? this.#begin(version) : [];
      case Op.PrepareTransition:
        return this.#prepare(transition, version);
      case Op.ExecuteTransition:
        this.#execute(transition);
        return [];
      case Op.ExternalSender:
        this.#session.setExternalSender(payload);
        return [];
      case Op.Proposals:
        return this.#propose(payload);
      case Op.AnnounceCommit:
        return this.#change(payload, (change) => this.#session.processCommit(change));
      case Op.Welcome:
        return this.#change(payload, (change) => this.#session.processWelcome(change));
    }
    throw new Error(`opcode ${op} is not known`);
  }

  #begin(version) {
    this.version = version;
    if (version === 0) return [];
    if (this.#session) this.#session.reinit(version, this.user, this.channel);
    else this.#session = new DAVESession(version, this.user, this.channel);
    return [{ op: Op.KeyPackage, binary: this.#session.getSerializedKeyPackage().toString('base64') }];
  }

  #prepare(transition, version) {
    this.#transitions.set(transition, version);
    if (transition === 0) {
      this.#execute(0);
      return [];
    }
    if (version === 0) this.#session?.setPassthroughMode(true, 120);
    return [{ op: Op.TransitionReady, transition }];
  }

  #execute(transition) {
    if (!this.#transitions.has(transition)) return;
    const before = this.version;
    this.version = this.#transitions.get(transition);
    this.#transitions.delete(transition);
    if (before !== 0 && this.version === 0) {
      this.#downgraded = true;
    } else if (transition > 0 && this.#downgraded) {
      this.#downgraded = false;
      this.#session.setPassthroughMode(true, 10);
    }
  }

  #propose(payload) {
    const { commit, welcome } = this.#session.processProposals(payload[0], payload.subarray(1), [...this.users]);
    if (!commit) return [];
    return [{ op: Op.CommitWelcome, binary: Buffer.concat(welcome ? [commit, welcome] : [commit]).toString('base64') }];
  }

  #change(payload, process) {
    const transition = payload.readUInt16BE(0);
    try {
      process(payload.subarray(2));
    } catch {
      return [{ op: Op.InvalidCommitWelcome, transition }, ...this.#begin(this.version)];
    }
    if (transition === 0) return [];
    this.#transitions.set(transition, this.version);
    return [{ op: Op.TransitionReady, transition }];
  }

  encrypt(frame) {
    if (this.version === 0 || !this.ready || frame.equals(silence)) return frame;
    return this.#session.encryptOpus(frame);
  }

  decrypt(from, frame) {
    const encrypted = this.ready && (this.version !== 0 || this.#session.canPassthrough(from));
    if (frame.equals(silence) || !encrypted) return frame;
    return this.#session.decrypt(from, MediaType.AUDIO, frame);
  }
}
