// Our encryption of voice and davey's in one call: who joins first, who commits first and who recovers must make no difference.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Call } from './call.mjs';

const [alice, bob, carol, dave, erin] = ['101', '102', '103', '104', '105'].map((end) => `900000000000000${end}`);
const channel = '4200000000000000001';

// scenario is a test with a call, once with each side being the faster one.
function scenario(name, play) {
  for (const first of ['ours', 'davey']) {
    test(`${name}, ${first} faster`, async () => {
      const call = await Call.begin(channel);
      try {
        await play(call, first);
      } finally {
        await call.end();
      }
    });
  }
}

// everybody hears everybody, and all agree on who is there and on the codes.
async function talk(call, ...users) {
  for (const from of users) {
    for (const length of [20, 160, 1275]) { // the last is the longest that Opus has
      const frame = Buffer.alloc(length, `frame of ${from} `);
      const sent = await call.encrypt(from, frame);
      assert.ok(!sent.includes(frame), `${from} sends plain`);
      for (const to of users) {
        if (to !== from) assert.deepEqual(await call.decrypt(to, from, sent), frame, `${to} hears ${from}`);
      }
    }
  }
  const codes = new Set();
  for (const user of users) {
    const view = call.members.get(user) ?? (await call.state(user));
    assert.deepEqual(view.members, [...users].sort(), `the members that ${user} sees`);
    assert.equal(view.code.length, 30);
    codes.add(view.code);
  }
  assert.equal(codes.size, 1, 'all see one code');
}

// plain frames go both ways in a call without encryption.
async function talkPlain(call, ...users) {
  for (const from of users) {
    const frame = Buffer.from(`plain frame of ${from}`);
    assert.deepEqual(await call.encrypt(from, frame), frame);
    for (const to of users) {
      if (to !== from) assert.deepEqual(await call.decrypt(to, from, frame), frame, `${to} hears ${from}`);
    }
  }
}

// gather brings members into the call one after another.
async function gather(call, first, ...members) {
  for (const [user, whose] of members) {
    await call.join(user, whose);
    await call.run(first);
  }
}

scenario('ours is there first', async (call, first) => {
  await gather(call, first, [alice, 'ours'], [bob, 'davey']);
  await talk(call, alice, bob);
});

scenario('davey is there first', async (call, first) => {
  await gather(call, first, [alice, 'davey'], [bob, 'ours']);
  await talk(call, alice, bob);
});

scenario('both come at once', async (call, first) => {
  await call.join(alice, 'davey');
  await call.join(bob, 'ours');
  await call.run(first);
  await talk(call, alice, bob);
});

scenario('codes to compare are the same', async (call, first) => {
  await gather(call, first, [alice, 'davey'], [bob, 'ours']);
  const { code_with: code } = await call.state(bob, alice);
  assert.equal(code.length, 45);
  assert.equal(await call.members.get(alice).codeWith(bob), code);
});

for (const whose of ['ours', 'davey']) {
  scenario(`a third member of ${whose} comes`, async (call, first) => {
    await gather(call, first, [alice, 'ours'], [bob, 'davey'], [carol, whose]);
    await talk(call, alice, bob, carol);
  });

  scenario(`a member of ${whose} leaves and comes back`, async (call, first) => {
    await gather(call, first, [alice, 'ours'], [bob, 'davey'], [carol, whose], [dave, 'davey']);
    await call.leave(carol);
    await call.run(first);
    await talk(call, alice, bob, dave);
    await gather(call, first, [carol, whose]);
    await talk(call, alice, bob, carol, dave);
  });

  scenario(`a member of ${whose} comes back before it is removed`, async (call, first) => {
    await gather(call, first, [alice, 'ours'], [bob, 'davey'], [carol, whose]);
    await call.leave(carol);
    await call.join(carol, whose);
    await call.run(first);
    await talk(call, alice, bob, carol);
  });

  scenario(`one of ${whose} is left alone and joined again`, async (call, first) => {
    await gather(call, first, [alice, whose], [bob, 'davey']);
    await call.leave(bob);
    await call.run(first);
    await gather(call, first, [bob, 'ours']);
    await talk(call, alice, bob);
  });

  scenario(`a commit arrives broken at ${whose}`, async (call, first) => {
    await gather(call, first, [alice, 'ours'], [bob, 'davey']);
    const [victim] = whose === 'ours' ? [alice] : [bob];
    await call.break(victim);
    await gather(call, first, [carol, 'davey'], [dave, 'ours']);
    await talk(call, alice, bob, carol, dave);
  });

  scenario(`a welcome arrives broken at ${whose}`, async (call, first) => {
    await gather(call, first, [alice, 'ours'], [bob, 'davey']);
    await call.break(carol);
    await gather(call, first, [carol, whose]);
    await talk(call, alice, bob, carol);
  });
}

scenario('the slower commit does not count', async (call, first) => {
  await gather(call, first, [alice, 'ours'], [bob, 'davey'], [carol, 'ours'], [dave, 'davey']);
  call.refused.length = 0;
  await gather(call, first, [erin, 'ours']);
  assert.ok(call.refused.length > 0, 'all committed, one commit counts');
  await talk(call, alice, bob, carol, dave, erin);
});

scenario('two are added by one message', async (call, first) => {
  await gather(call, first, [alice, 'ours'], [bob, 'davey']);
  await call.join(carol, 'ours');
  await call.join(dave, 'davey');
  await call.arrive(dave);
  await call.revoke();
  await call.propose();
  await call.run(first);
  assert.equal(call.mostInOne, 2);
  await talk(call, alice, bob, carol, dave);
});

scenario('a proposal is revoked and made again', async (call, first) => {
  await gather(call, first, [alice, 'ours'], [bob, 'davey'], [erin, 'davey']);
  await call.leave(erin);
  await call.revoke();
  await call.run(first);
  assert.deepEqual(call.members.get(bob).members, [alice, bob, erin], 'nobody has committed');
  await call.propose();
  await call.run(first);
  await talk(call, alice, bob);
});

scenario('a member without encryption comes and goes', async (call, first) => {
  await gather(call, first, [alice, 'ours'], [bob, 'davey']);
  await call.join(carol, 'davey', { version: 0 });
  await call.run(first);
  await talkPlain(call, alice, bob, carol);
  await call.leave(carol);
  await call.run(first);
  await talk(call, alice, bob);
});

scenario('silence goes unencrypted', async (call, first) => {
  await gather(call, first, [alice, 'davey'], [bob, 'ours']);
  const frame = Buffer.from([0xf8, 0xff, 0xfe]);
  const sent = await call.encrypt(alice, frame);
  assert.deepEqual(sent, frame);
  assert.deepEqual(await call.decrypt(bob, alice, sent), frame);
});

test('many come and go', async () => {
  const call = await Call.begin(channel);
  let state = 7;
  const random = (n) => (state = (state * 48271) % 2147483647) % n;
  const users = Array.from({ length: 10 }, (_, i) => `90000000000000020${i}`);
  const inside = () => users.filter((user) => call.ours.has(user) || call.members.has(user));
  try {
    for (let round = 0; round < 60; round++) {
      for (let change = 0; change <= random(3); change++) {
        const user = users[random(users.length)];
        if (inside().includes(user)) await call.leave(user);
        else await call.join(user, random(2) ? 'ours' : 'davey');
      }
      await call.run(random(2) ? 'ours' : 'davey');
      if (inside().length > 1) await talk(call, ...inside());
    }
  } finally {
    await call.end();
  }
});
