import { isObject, type JsonObject, parseJson } from '../../../lib/text/json.ts'
import type { ExportRecord } from './import-format.ts'

/** A text that is not empty; undefined for anything else. */
export function textOf(value: unknown): string | undefined {
  return typeof value === 'string' && value.trim() !== '' ? value : undefined
}

/** An object, or one that is written as text. */
export function objectOf(value: unknown): ExportRecord {
  const object = typeof value === 'string' ? parseJson(value) : value
  return isObject(object) ? object : {}
}

export function listOf(value: unknown): readonly unknown[] {
  return Array.isArray(value) ? value : []
}

const timeWithoutZone = /^\d{4}-\d\d-\d\d[T ][\d:.]+$/

/** A point in time as ISO 8601, from such a text, milliseconds since 1970, or MongoDB's `{"$date": …}`. */
export function timeOf(value: unknown): string | undefined {
  if (isObject(value)) return timeOf(value.$date)
  const ms = typeof value === 'string' && /^\d+$/.test(value) ? Number(value) : value
  if (typeof ms !== 'number' && typeof ms !== 'string') return undefined
  // A time without a zone is that of a column without one, where services store UTC.
  const time = new Date(typeof ms === 'string' && timeWithoutZone.test(ms) ? `${ms.replace(' ', 'T')}Z` : ms)
  return Number.isNaN(time.getTime()) ? undefined : time.toISOString()
}

/** Bytes of base64 in either alphabet, with or without padding; null if it is no base64. */
export function bytesOf(value: unknown): Buffer | null {
  if (typeof value !== 'string' || !/^[\w+/-]+={0,2}$/.test(value)) return null
  return Buffer.from(value, 'base64')
}

/** First and last name of a displayed name: the last word is the last name. An address is no name. */
export function splitName(value: unknown): { firstName?: string; lastName?: string } {
  const words = (textOf(value) ?? '').trim().split(/\s+/)
  const last = words.at(-1) ?? ''
  if (last === '' || words.some((word) => word.includes('@'))) return {}
  return words.length === 1
    ? { firstName: last }
    : { firstName: words.slice(0, -1).join(' '), lastName: last }
}

/** Names of a list of texts, or of objects with a name. */
export function namesOf(value: unknown): readonly string[] {
  return listOf(value).flatMap((item) => textOf(isObject(item) ? item.name : item) ?? [])
}

/** Where an account comes from, for applications that know it by its former id. */
export function metadataOf(importedFrom: string, importedId: unknown): JsonObject | undefined {
  const id = typeof importedId === 'number' ? String(importedId) : textOf(importedId)
  return id === undefined ? undefined : { importedFrom, importedId: id.slice(0, 255) }
}
