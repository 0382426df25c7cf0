import type { ComparedContestant, CompareResult } from '../rows/comparison.ts'
import { type Finding, higher, lower } from './finding.ts'

/** Goals of ratios: row, contestant, must, aim. */
const cpuGoals = [
  ['me', 'Yoga, constant field', 2.2, 1.4],
  ['me', 'accounts-js', 0.4, 0.25],
  ['me', 'better-auth', 0.18, 0.12],
  ['refresh', 'reference', 1.3, 1.0],
  ['refresh-es256', 'reference', 1.0, 0.7],
] as const
const rateGoals = [['login', 'bare argon2id hash', 0.85, 0.92]] as const

/** The figures of a comparison that have goals. Failed requests of either side make a ratio worthless. */
export function comparedFindings({ name, contestants }: CompareResult): readonly Finding[] {
  const [ours] = contestants
  const find = (row: string, peer: string) =>
    row === name ? contestants.filter((contestant) => contestant.name === peer) : []
  const failedOf = (peer: ComparedContestant) => (ours?.failed ?? 0) + peer.failed
  return [
    ...cpuGoals.flatMap(([row, peer, must, aim]) =>
      find(row, peer).map((other) =>
        lower(`${row}: CPU against ${peer}`, other.cpuRatio, '×', must, aim, failedOf(other)),
      ),
    ),
    ...rateGoals.flatMap(([row, peer, must, aim]) =>
      find(row, peer).map((other) =>
        higher(`${row}: throughput against ${peer}`, other.rateRatio, '×', must, aim, failedOf(other)),
      ),
    ),
  ]
}
