import { useState } from 'preact/hooks'
import {
  RevokeOtherSessionsDocument,
  RevokeSessionDocument,
  type SessionFieldsFragment,
  SessionsDocument,
} from '../../clients/documents.ts'
import { useApp } from '../app-context.ts'
import { Form } from '../design/form.tsx'
import { Notice } from '../design/notice.tsx'
import type { Problem } from '../failure.ts'
import { useTexts } from '../texts.ts'
import { useConnection } from './connection.ts'
import { List, useDeviceName, useTime } from './list.tsx'
import { Badge, Panel } from './panel.tsx'

/** The devices with a session. */
export function SessionsSection() {
  const { session } = useApp()
  const { account } = useTexts()
  const [ended, setEnded] = useState<number | null>(null)
  const connection = useConnection(
    async (after) => (await session.send(SessionsDocument, { first: 20, after })).sessions,
  )
  const signOutOthers = async (): Promise<Problem | null> => {
    const { revokeOtherSessions: result } = await session.send(RevokeOtherSessionsDocument, {})
    if (result?.__typename !== 'RevokeOtherSessionsSuccess') return result ?? {}
    setEnded(result.revokedSessions)
    await connection.reload()
    return null
  }
  return (
    <Panel text={account.sessions.text}>
      <Notice>{ended === null ? null : account.sessions.ended(ended)}</Notice>
      <List connection={connection}>
        {(node) => <SessionRow session={node} onEnded={() => void connection.reload()} />}
      </List>
      {(connection.nodes?.length ?? 0) > 1 && (
        <Form action={account.sessions.signOutOthers} kind="danger" onSend={signOutOthers} />
      )}
    </Panel>
  )
}

interface SessionRowProps {
  readonly session: SessionFieldsFragment
  readonly onEnded: () => void
}

function SessionRow({
  session: { id, device, current, ipAddress, lastUsedAt, riskSignals },
  onEnded,
}: SessionRowProps) {
  const { session } = useApp()
  const { account } = useTexts()
  const time = useTime()
  const deviceName = useDeviceName()(device)
  const words = account.sessions
  const signOut = async (): Promise<Problem | null> => {
    const { revokeSession: result } = await session.send(RevokeSessionDocument, { input: { sessionId: id } })
    if (result?.__typename !== 'RevokeSessionSuccess') return result ?? {}
    onEnded()
    return null
  }
  return (
    <div class="row">
      <div class="row-text">
        <p class="row-name">
          {deviceName} {current && <Badge kind="good">{words.current}</Badge>}{' '}
          {riskSignals.length > 0 && <Badge kind="fair">{words.unusual}</Badge>}
        </p>
        <p class="row-detail">
          {ipAddress ?? account.unknownAddress} · {words.lastUsed(time(lastUsedAt))}
        </p>
      </div>
      {!current && (
        <Form action={words.signOut} name={words.signOutOf(deviceName)} kind="quiet" onSend={signOut} />
      )}
    </div>
  )
}
