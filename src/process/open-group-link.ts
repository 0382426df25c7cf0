import { GroupLink } from './group-link.ts'
import type { ToPrimary } from './group-messages.ts'

/** Opens the connection of this worker to the primary process of its group. */
export function openGroupLink(workers: number): GroupLink {
  const link = new GroupLink({ workers, send })
  process.on('message', (message: unknown) => link.receive(message))
  return link
}

/** Resolves when it was sent. Does nothing if the primary process has ended: then this process ends too. */
function send(message: ToPrimary): Promise<void> {
  return new Promise((resolve) => {
    if (process.send === undefined || !process.connected) resolve()
    else process.send(message, () => resolve())
  })
}
