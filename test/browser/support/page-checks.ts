import axe from 'axe-core'
import type { BrowserContext, Page } from 'playwright-core'
import { expect } from 'vitest'

const rules = ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa', 'best-practice']

/** Fails if axe-core finds a violation of WCAG 2.2 AA on the page, in the light or in the dark scheme. */
export async function expectAccessible(page: Page): Promise<void> {
  for (const colorScheme of ['light', 'dark'] as const) {
    await page.emulateMedia({ colorScheme, reducedMotion: 'reduce' })
    await page.evaluate(axe.source)
    const found = await page.evaluate(async (tags) => {
      const { violations } = await Reflect.get(window, 'axe').run({ runOnly: tags })
      return violations.map(
        ({ id, nodes }: { id: string; nodes: { html: string; failureSummary: string }[] }) => [
          id,
          ...nodes.map(({ html, failureSummary }) => `${html} ${failureSummary}`),
        ],
      )
    }, rules)
    expect([page.url(), colorScheme, found]).toEqual([page.url(), colorScheme, []])
  }
}

/** Everything that pages of the browser do against their content security policy, or that leaves their origin. */
export function watchForbidden(browser: BrowserContext, origin: string): string[] {
  const found: string[] = []
  browser.on('console', (message) => {
    if (/content security policy|trusted/i.test(message.text())) found.push(message.text())
  })
  browser.on('weberror', (error) => found.push(String(error.error())))
  browser.on('request', (request) => {
    const url = new URL(request.url())
    if (url.origin !== origin) found.push(url.href)
  })
  return found
}
