import { useEffect, useState } from 'preact/hooks'
import { watchSession } from '../../clients/client.ts'
import { MeDocument, type MeQuery } from '../../clients/documents.ts'
import { useApp } from '../app-context.ts'
import { Loading, Unreachable } from '../design/waiting.tsx'
import { SignedIn } from '../entry/signed-in.tsx'
import { adoptLocale } from '../texts.ts'
import { AccountFrame } from './account-frame.tsx'
import { FactorsSection } from './factors.tsx'
import { HistorySection } from './history.tsx'
import { KeysSection } from './keys.tsx'
import { ProfileSection } from './profile.tsx'
import { type SectionName, shownSection, useSection } from './sections.ts'
import { SecuritySection } from './security.tsx'
import { SessionsSection } from './sessions.tsx'

/** The user who is signed in. */
export type Me = NonNullable<MeQuery['me']>

/** The page /account. Others sign in first. */
export function AccountPage() {
  return (
    <SignedIn>
      <Account />
    </SignedIn>
  )
}

function Account() {
  const { session, wording } = useApp()
  const named = useSection()
  const [me, setMe] = useState<Me | 'UNREACHABLE' | null>(null)
  const load = () => {
    setMe(null)
    session.send(MeDocument, {}).then(
      (data) => setMe(data.me ?? 'UNREACHABLE'),
      () => setMe('UNREACHABLE'),
    )
  }
  useEffect(load, [])
  const locale = me === null || me === 'UNREACHABLE' ? null : me.locale
  useEffect(() => void adoptLocale(wording, locale), [locale])
  useEffect(() => watchSession(session.auth), [])
  if (me === 'UNREACHABLE') return <Unreachable onRetry={load} />
  if (me === null) return <Loading />
  const section = shownSection(me, named)
  return (
    <AccountFrame me={me} section={section}>
      <Section key={section} section={section} me={me} onChange={setMe} />
    </AccountFrame>
  )
}

interface SectionProps {
  readonly section: SectionName
  readonly me: Me
  readonly onChange: (me: Me) => void
}

function Section({ section, me, onChange }: SectionProps) {
  switch (section) {
    case 'profile':
      return <ProfileSection me={me} onChange={onChange} />
    case 'security':
      return <SecuritySection me={me} />
    case 'factors':
      return <FactorsSection />
    case 'sessions':
      return <SessionsSection />
    case 'history':
      return <HistorySection />
    case 'keys':
      return <KeysSection me={me} />
  }
}
