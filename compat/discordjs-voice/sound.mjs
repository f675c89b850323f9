// Sounds as PCM: 16 bits, 48 kHz, stereo.

const rate = 48_000;
const thinned = 6; // samples that are put together before sounds are compared: the sweeps lie far below the 4 kHz that are left
const piece = rate / thinned / 10; // a tenth of a second of those
const header = 44; // bytes of a WAV file before its sound

// sweep is a tone that goes evenly from one pitch to another, in hertz: each piece of it is like itself at one place only.
export function sweep(from, to, seconds) {
  const length = rate * seconds;
  const pcm = new Int16Array(length * 2);
  for (let i = 0, phase = 0; i < length; i++) {
    pcm[2 * i] = pcm[2 * i + 1] = 10_000 * Math.sin(phase);
    phase += (2 * Math.PI * (from + ((to - from) * i) / length)) / rate;
  }
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

// strays counts the tenths of a second of a sound that are not found among samples, up to a tenth of a second from where they belong: behind
// the silence with which the samples begin.
export function strays(samples, sound) {
  const heard = thin(samples);
  const said = thin(sound);
  const begin = heard.findIndex((v) => Math.abs(v) > 1000 * thinned);
  let count = 0;
  for (let at = 0; at + piece <= said.length; at += piece) {
    if (likeness(heard, begin + at, said.subarray(at, at + piece)) < 0.95) count++;
  }
  return count;
}

// likeness is the correlation of a piece with what is most like it near a place: 1 for the same.
function likeness(heard, place, said) {
  let best = 0;
  for (let at = Math.max(place - piece, 0); at <= Math.min(place + piece, heard.length - said.length); at++) {
    best = Math.max(best, correlation(heard.subarray(at, at + said.length), said));
  }
  return best;
}

function correlation(a, b) {
  let ab = 0, aa = 0, bb = 0;
  for (let i = 0; i < a.length; i++) {
    ab += a[i] * b[i];
    aa += a[i] * a[i];
    bb += b[i] * b[i];
  }
  return ab / Math.sqrt(aa * bb || 1);
}

// thin puts samples together.
function thin(samples) {
  const out = new Float64Array(Math.floor(samples.length / thinned));
  for (let i = 0; i < out.length * thinned; i++) out[Math.floor(i / thinned)] += samples[i];
  return out;
}
