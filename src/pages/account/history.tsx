import { SecurityEventsDocument } from '../../clients/documents.ts'
import { useApp } from '../app-context.ts'
import { useTexts } from '../texts.ts'
import { useConnection } from './connection.ts'
import { List, useDeviceName, useTime } from './list.tsx'
import { Panel } from './panel.tsx'

/** The security history of the account. */
export function HistorySection() {
  const { session } = useApp()
  const { account } = useTexts()
  const time = useTime()
  const deviceName = useDeviceName()
  const events: Readonly<Record<string, string>> = account.events
  const connection = useConnection(
    async (after) => (await session.send(SecurityEventsDocument, { first: 20, after })).securityEvents,
  )
  return (
    <Panel text={account.history.text}>
      <List connection={connection}>
        {({ type, createdAt, device, ipAddress }) => (
          <div class="row-text">
            <p class="row-name">{events[type] ?? account.events.other}</p>
            <p class="row-detail">
              <time dateTime={createdAt}>{time(createdAt)}</time> · {deviceName(device)} ·{' '}
              {ipAddress ?? account.unknownAddress}
            </p>
          </div>
        )}
      </List>
    </Panel>
  )
}
