import type { CpuTime } from '../servers/server-process.ts'
import { type CpuProfile, callers, type ProfileNode, selfTimes } from './cpu-profile.ts'
import { groupOf } from './group-of.ts'

const maxFunctions = 60
const minMicros = 1

export interface ProfiledStretch {
  readonly title: string
  readonly requests: number
  readonly profile: CpuProfile
  readonly cpu: CpuTime
}

/** Tables of the CPU time of one request: by group, by function, and by group with everything that it calls. */
export function profileReport({ title, requests, profile, cpu }: ProfiledStretch): string {
  const times = selfTimes(profile)
  const callerById = callers(profile)
  const callerOf = ({ id }: ProfileNode) => callerById.get(id)
  const busy = profile.nodes.filter(({ callFrame }) => callFrame.functionName !== '(idle)')
  const sampled = busy.reduce((total, { id }) => total + (times.get(id) ?? 0), 0)
  // Samples count time that passes. On a busy machine that is more than the CPU time, so they only say the shares.
  const main = Number.isNaN(cpu.main) ? sampled : cpu.main
  const total = (keysOf: (node: ProfileNode) => Iterable<string>) => {
    const totals = new Map<string, number>()
    for (const node of busy) {
      const micros = (((times.get(node.id) ?? 0) / sampled) * main) / requests
      for (const key of keysOf(node)) totals.set(key, (totals.get(key) ?? 0) + micros)
    }
    return totals
  }
  const [all, own] = [cpu.all / requests, main / requests]
  return [
    `# ${title}: CPU time of one request in µs, ${requests} requests`,
    '',
    `All threads: ${all.toFixed(0)}, which includes the profiler. Main thread: ${own.toFixed(0)}. Other threads (hashes, signatures,`,
    `garbage collection, compilation): ${(all - own).toFixed(0)}.`,
    '',
    '## Main thread by package or folder, without what it calls',
    '',
    table(
      total((node) => [groupOf(node, callerOf)]),
      own,
    ),
    '',
    '## Main thread by package or folder, with everything that it calls synchronously',
    '',
    table(
      total((node) => groupsAbove(node, callerOf)),
      own,
    ),
    '',
    '## Functions, without what they call',
    '',
    table(
      total((node) => [describe(node)]),
      own,
      maxFunctions,
    ),
  ].join('\n')
}

/** The groups of a function and of its callers, each once. */
function groupsAbove(
  node: ProfileNode,
  callerOf: (node: ProfileNode) => ProfileNode | undefined,
): ReadonlySet<string> {
  const groups = new Set<string>()
  for (let at: ProfileNode | undefined = node; at !== undefined; at = callerOf(at))
    if (at.callFrame.functionName !== '(root)') groups.add(groupOf(at, callerOf))
  return groups
}

function describe({ callFrame: { functionName, url, lineNumber } }: ProfileNode): string {
  if (functionName.startsWith('(')) return functionName
  const place = url.replace(/.*\/(dist|node_modules)\//, '')
  return `${functionName === '' ? '(anonymous)' : functionName} ${place === '' ? '(native)' : `${place}:${lineNumber + 1}`}`
}

function table(entries: ReadonlyMap<string, number>, whole: number, max = Number.POSITIVE_INFINITY): string {
  const rows = [...entries]
    .filter(([, micros]) => micros >= minMicros)
    .sort(([, a], [, b]) => b - a)
    .slice(0, max)
    .map(
      ([name, micros]) =>
        `| ${micros.toFixed(1).padStart(8)} | ${((100 * micros) / whole).toFixed(1).padStart(5)} % | ${name} |`,
    )
  return ['| µs | share | |', '| --- | --- | --- |', ...rows].join('\n')
}
