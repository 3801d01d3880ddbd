import { execFileSync } from 'node:child_process';

/** A program, and the package of Debian that has it. */
type Program = readonly [command: string, packageName: string];

/**
 * Installs what is missing, where that can be done.
 * @throws when it cannot: tells what to install
 */
export function ensurePrograms(...programs: readonly Program[]): void {
  const missing = missingOf(programs);
  if (missing.length === 0) return;
  if (process.getuid?.() === 0 && isThere('apt-get')) {
    const env = { ...process.env, DEBIAN_FRONTEND: 'noninteractive' };
    const apt = (...words: string[]): void => {
      execFileSync('apt-get', words, { stdio: 'ignore', env });
    };
    apt('update');
    apt('install', '--yes', '--no-install-recommends', ...missing.map(([, name]) => name));
  }
  const names = missingOf(missing).map(([, name]) => name);
  if (names.length === 0) return;
  throw new Error(`these tests need programs: apt-get install ${names.join(' ')}`);
}

const missingOf = (programs: readonly Program[]): readonly Program[] =>
  programs.filter(([command]) => !isThere(command));

function isThere(command: string): boolean {
  try {
    execFileSync('sh', ['-c', `command -v ${command}`], { stdio: 'ignore' });
    return true;
  } catch {
    return false;
  }
}
