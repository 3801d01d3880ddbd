// Handshakes of a node beside those of js-libp2p, in turns. Its packages are no part of the project: see libp2p/.
import { spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { answerLength, helloBytes } from './dialler.mjs';
import { median, start } from './handshakes.mjs';
import { CONCURRENT, identities, PER_ROUND, plain, round, ROUNDS, secure } from './secure.mjs';

const FOLDER = fileURLToPath(new URL('libp2p', import.meta.url));
const INSTALL_TIMEOUT_MS = 180_000;
/** A multiple of `CONCURRENT`: two dials never share one. */
const IDENTITIES = 12 * CONCURRENT;
const CALM_STEP_MS = 200;
const CALM_MS_MAX = 3_000;
const BAR = { bar: 'goal >= 6', least: 6 };

/** npm writes this file last. */
const isInstalled = () => existsSync(`${FOLDER}/node_modules/.package-lock.json`);

function install() {
  if (isInstalled()) return true;
  console.log('installing js-libp2p');
  const options = { cwd: FOLDER, stdio: 'ignore', timeout: INSTALL_TIMEOUT_MS };
  spawnSync('npm', ['ci', '--ignore-scripts', '--fetch-retries=1'], options);
  return isInstalled();
}

/** As `round` of secure.mjs; the diallers are a process of their own, as js-libp2p keeps it busy. */
async function libp2pRound(listener, dialler) {
  const before = await listener.ask('cpu');
  const { seconds, cpuUs } = await dialler.ask({ address: listener.port, count: PER_ROUND });
  const listenerCpuUs = ((await listener.ask('cpu')) - before) / PER_ROUND;
  return { perSecond: PER_ROUND / seconds, cpuUs: listenerCpuUs, diallerCpuUs: cpuUs };
}

/** js-libp2p goes on for a while when its connections have ended, and nobody else's round shall pay for that. */
async function calm(children) {
  for (let rest = 0; rest < CALM_MS_MAX; rest += CALM_STEP_MS) {
    const before = await Promise.all(children.map((child) => child.ask('cpu')));
    await new Promise((done) => setTimeout(done, CALM_STEP_MS));
    const after = await Promise.all(children.map((child) => child.ask('cpu')));
    const usedMs = after.map((us, i) => (us - before[i]) / 1_000);
    if (usedMs.every((ms) => ms < CALM_STEP_MS / 20)) return;
  }
}

async function measure() {
  const plainNode = await start(['node']);
  const tlsNode = await start(['node-tls']);
  const answerBytes = await answerLength(plainNode.port);
  // The same bytes as a node's handshake, as one question and one answer on a stream.
  const sizes = [`${helloBytes().length}`, `${answerBytes}`];
  const libp2p = await start(sizes, [], 'libp2p/listener.mjs');
  const diallerArgs = [...sizes, `${CONCURRENT}`, `${IDENTITIES}`];
  const dialler = await start(diallerArgs, [], 'libp2p/dialler.mjs');
  const shakeTls = secure(identities(IDENTITIES));
  const turns = {
    tls: () => round(tlsNode, answerBytes, shakeTls),
    plain: () => round(plainNode, answerBytes, plain),
    libp2p: () => libp2pRound(libp2p, dialler),
  };
  const results = { tls: [], plain: [], libp2p: [] };
  for (let turn = 0; turn <= ROUNDS; turn += 1) {
    for (const [name, take] of Object.entries(turns)) {
      await calm([libp2p, dialler]);
      const result = await take();
      if (turn > 0) results[name].push(result);
    }
  }
  for (const child of [plainNode, tlsNode, libp2p, dialler]) child.stop();
  return (name, key) => median(results[name].map((result) => result[key]));
}

/** Handshakes per second, and what each costs on either side. */
export async function benchLibp2p() {
  const rate = (name) => `${name} handshakes/s, of js-libp2p’s`;
  if (!install()) {
    const figure = 'SKIPPED: js-libp2p cannot be installed';
    return [{ what: rate('TLS'), figure, bar: BAR.bar, isSkipped: true }];
  }
  const medianOf = await measure();
  const row = (what, name, key, { unit = '', bar = 'no bar', least = 0 } = {}) => {
    const [ours, theirs] = [medianOf(name, key), medianOf('libp2p', key)];
    const figure = `${ours.toFixed(0)} / ${theirs.toFixed(0)}${unit}`;
    return { what, figure, ratio: ours / theirs, bar, ok: ours / theirs >= least };
  };
  const us = { unit: ' us' };
  return [
    row(rate('TLS'), 'tls', 'perSecond', BAR),
    row('listener CPU per TLS handshake, of js-libp2p’s', 'tls', 'cpuUs', us),
    row('dialler CPU per TLS handshake, of js-libp2p’s', 'tls', 'diallerCpuUs', us),
    row(rate('plain'), 'plain', 'perSecond'),
    row('listener CPU per plain handshake, of js-libp2p’s', 'plain', 'cpuUs', us),
  ];
}
