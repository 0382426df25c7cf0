import { spawnSync } from 'node:child_process'
import { cpus, loadavg } from 'node:os'

/** Processor, Node and load: what absolute figures depend on. */
export function describeMachine(): string {
  const [load = 0] = loadavg()
  const all = cpus()
  return `${all.length} × ${all[0]?.model.trim() ?? 'unknown processor'}, ${process.platform}, Node ${process.version}, load ${load.toFixed(1)} at the start`
}

/** The commit that is measured. */
export function describeCommit(): string {
  const git = (...args: readonly string[]) => spawnSync('git', args, { encoding: 'utf8' }).stdout.trim()
  return `${git('rev-parse', '--short', 'HEAD')}${git('status', '--porcelain') === '' ? '' : '+'}`
}
