import { spawnSync } from 'node:child_process'
import { fileURLToPath } from 'node:url'

/** The example apps, by the client library that they stand on. */
export const appNames = ['apollo', 'urql'] as const
export type AppName = (typeof appNames)[number]

function folderOf(name: AppName): string {
  return fileURLToPath(new URL(`../../../examples/spa-${name}`, import.meta.url))
}

/** Runs npm in the folder of an app. @throws with all that it wrote when it fails. */
export function runIn(name: AppName, args: readonly string[], env: Readonly<Record<string, string>> = {}) {
  const { status, stdout, stderr } = spawnSync('npm', [...args], {
    cwd: folderOf(name),
    env: { ...process.env, ...env },
    encoding: 'utf8',
  })
  if (status !== 0) throw new Error(`npm ${args.join(' ')} failed in spa-${name}:\n${stdout}${stderr}`)
}

/** Builds an app, as its README tells, for a service at this url, into a folder. */
export function buildApp(name: AppName, transport: string, url: string, folder: string): void {
  runIn(name, ['exec', '--', 'vite', 'build', '--outDir', folder, '--emptyOutDir', '--logLevel', 'warn'], {
    NODE_ENV: 'production',
    VITE_TRANSPORT: transport,
    VITE_GATEHOUSE_URL: url,
  })
}
