// Tones as PCM: 16 bits, 48 kHz, stereo.

const rate = 48_000;
const step = rate / 200; // samples that are judged together
const header = 44; // bytes of a WAV file before its sound

// tone is a sine.
export function tone(hz, seconds) {
  const pcm = new Int16Array(rate * seconds * 2);
  for (let i = 0; i < pcm.length; i++) pcm[i] = 10_000 * Math.sin((2 * Math.PI * hz * (i >> 1)) / rate);
  return Buffer.from(pcm.buffer);
}

// silence is nothing to hear.
export function silence(seconds) {
  return Buffer.alloc(rate * seconds * 4);
}

// wav is a file with the sound.
export function wav(pcm) {
  const file = Buffer.alloc(header);
  file.write('RIFF');
  file.writeUInt32LE(header - 8 + pcm.length, 4);
  file.write('WAVEfmt ', 8);
  file.writeUInt32LE(16, 16);
  file.writeUInt16LE(1, 20); // PCM
  file.writeUInt16LE(2, 22); // channels
  file.writeUInt32LE(rate, 24);
  file.writeUInt32LE(rate * 4, 28);
  file.writeUInt16LE(4, 32);
  file.writeUInt16LE(16, 34);
  file.write('data', 36);
  file.writeUInt32LE(pcm.length, 40);
  return Buffer.concat([file, pcm]);
}

// samplesOf is the first channel of PCM.
export function samplesOf(pcm, channels) {
  const samples = new Int16Array(pcm.buffer.slice(pcm.byteOffset, pcm.byteOffset + pcm.length)); // aligned
  return samples.filter((_, i) => i % channels === 0);
}

// wavSamples is the first channel of a WAV file.
export function wavSamples(file) {
  return samplesOf(file.subarray(file.indexOf('data') + 8), file.readUInt16LE(22));
}

// measure says how many seconds of the samples are sound, without the pauses, and how high that is, in hertz.
export function measure(samples) {
  const loud = [];
  for (let at = 0; at < samples.length; at += step) loud.push(samples.subarray(at, at + step).some((sample) => Math.abs(sample) > 1000));
  const whole = loud.map((is, i) => is && loud[i - 1] && loud[i + 1]); // is sound from its beginning to its end
  const sound = samples.filter((_, i) => whole[Math.floor(i / step)]);
  const waves = sound.filter((sample, i) => sample >= 0 && sound[i - 1] < 0).length;
  return { seconds: (loud.filter(Boolean).length * step) / rate, hz: (waves * rate) / sound.length };
}
