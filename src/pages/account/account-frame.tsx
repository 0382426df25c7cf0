import type { ComponentChildren } from 'preact'
import { useEffect, useRef } from 'preact/hooks'
import { useApp } from '../app-context.ts'
import { Brand, Heading } from '../design/card.tsx'
import { Form } from '../design/form.tsx'
import type { Problem } from '../failure.ts'
import { useTexts } from '../texts.ts'
import type { Me } from './account-page.tsx'
import { type SectionName, sectionsOf } from './sections.ts'

interface AccountFrameProps {
  readonly me: Me
  readonly section: SectionName
  readonly children: ComponentChildren
}

/** The header, the list of sections, and the section that is shown. */
export function AccountFrame({ me, section, children }: AccountFrameProps) {
  const { account, page } = useTexts()
  const nav = useRef<HTMLElement>(null)
  // On narrow screens the list scrolls sideways.
  useEffect(() => {
    nav.current?.querySelector('[aria-current]')?.scrollIntoView({ block: 'nearest', inline: 'center' })
  }, [section])
  return (
    <div class="account">
      <button type="button" class="skip" onClick={() => document.querySelector('h1')?.focus()}>
        {page.skip}
      </button>
      <header class="account-top">
        <Brand />
        <div class="account-user">
          <span>{me.email ?? me.displayName}</span>
          <SignOut />
        </div>
      </header>
      <nav ref={nav} class="account-nav" aria-label={account.nav}>
        {sectionsOf(me).map((name) => (
          <a
            key={name}
            class="row-link"
            href={`#${name}`}
            aria-current={name === section ? 'page' : undefined}
          >
            {account.sections[name]}
          </a>
        ))}
      </nav>
      <main id="content" class="account-main">
        <Heading>{account.sections[section]}</Heading>
        {children}
      </main>
    </div>
  )
}

function SignOut() {
  const { session } = useApp()
  const { account } = useTexts()
  const signOut = async (): Promise<Problem | null> => {
    await session.signOut()
    return null
  }
  return <Form action={account.signOut} kind="quiet" onSend={signOut} />
}
