import type { MetricsSnapshot, MetricsText } from '../lib/observation/metrics.ts'
import { isObject } from '../lib/text/json.ts'

/** From the primary process to a worker. */
export type ToWorker =
  /** How many workers are ready. Sent after each change. */
  | { readonly kind: 'ready-workers'; readonly ready: number }
  /** Another worker has taken its place: it answers what it has accepted, and ends. */
  | { readonly kind: 'replaced' }
  | { readonly kind: 'send-metrics'; readonly id: number }
  /** Null: they could not be read. */
  | { readonly kind: 'metrics-of-all'; readonly id: number; readonly text: MetricsText | null }

/** From a worker to the primary process. */
export type ToPrimary =
  /** It serves from now on. */
  | { readonly kind: 'ready' }
  | { readonly kind: 'metrics'; readonly id: number; readonly snapshot: MetricsSnapshot }
  /** What it has counted until its end. */
  | { readonly kind: 'last-metrics'; readonly snapshot: MetricsSnapshot }
  | { readonly kind: 'read-metrics-of-all'; readonly id: number }

/** Null: a message of something else, such as a library. */
export function parseToWorker(message: unknown): ToWorker | null {
  if (!isObject(message)) return null
  const { kind, ready, id, text } = message
  if (kind === 'replaced') return { kind }
  if (kind === 'ready-workers' && typeof ready === 'number') return { kind, ready }
  if (typeof id !== 'number') return null
  if (kind === 'send-metrics') return { kind, id }
  return kind === 'metrics-of-all' ? { kind, id, text: parseText(text) } : null
}

/** Null: a message of something else, such as a library. */
export function parseToPrimary(message: unknown): ToPrimary | null {
  if (!isObject(message)) return null
  const { kind, id, snapshot } = message
  if (kind === 'ready') return { kind }
  if (kind === 'last-metrics') return { kind, snapshot: parseSnapshot(snapshot) }
  if (typeof id !== 'number') return null
  if (kind === 'metrics') return { kind, id, snapshot: parseSnapshot(snapshot) }
  return kind === 'read-metrics-of-all' ? { kind, id } : null
}

function parseSnapshot(value: unknown): MetricsSnapshot {
  return Array.isArray(value) ? value.filter(isObject) : []
}

function parseText(value: unknown): MetricsText | null {
  if (!isObject(value)) return null
  const { contentType, body } = value
  return typeof contentType === 'string' && typeof body === 'string' ? { contentType, body } : null
}
