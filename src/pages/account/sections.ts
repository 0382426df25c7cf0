import { useEffect, useState } from 'preact/hooks'
import type { PageTexts } from '../../texts/pages/en.ts'
import type { Me } from './account-page.tsx'

/** The parts of the page /account; the fragment of the address names one. */
export type SectionName = keyof PageTexts['account']['sections']

/** The parts that a user sees. */
export function sectionsOf({ permissions }: Pick<Me, 'permissions'>): readonly SectionName[] {
  const mayUseKeys = permissions?.includes('api-keys:write') === true
  return ['profile', 'security', 'factors', 'sessions', 'history', ...(mayUseKeys ? (['keys'] as const) : [])]
}

const names: readonly SectionName[] = ['profile', 'security', 'factors', 'sessions', 'history', 'keys']

/** The part that the address names, if the user sees it. */
export function shownSection(me: Pick<Me, 'permissions'>, section: SectionName): SectionName {
  return sectionsOf(me).includes(section) ? section : 'profile'
}

/** The part that the address names. */
export function useSection(): SectionName {
  const [section, setSection] = useState(readSection)
  useEffect(() => {
    const update = () => setSection(readSection())
    window.addEventListener('hashchange', update)
    return () => window.removeEventListener('hashchange', update)
  }, [])
  return section
}

function readSection(): SectionName {
  const name = location.hash.slice(1)
  return names.find((one) => one === name) ?? 'profile'
}
