import type { Channel } from '../../../src/clients/client.ts'

/** The channel between tabs, whose messages the test delivers when it is their time. */
export class HeldChannel implements Channel {
  readonly posted: unknown[] = []
  onmessage: ((event: MessageEvent) => void) | null = null

  postMessage(message: unknown): void {
    this.posted.push(structuredClone(message))
  }

  /** Delivers a message of another tab. */
  deliver(message: unknown): void {
    this.onmessage?.(new MessageEvent('message', { data: structuredClone(message) }))
  }

  close(): void {
    this.onmessage = null
  }
}
