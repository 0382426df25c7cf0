import { describe, expect, it } from 'vitest'
import { meDocument } from '../support/operations.ts'
import { whoIs } from '../support/people.ts'
import { challenge, complete, nextCode, signUpWithTotp } from '../support/second-steps.ts'
import { gatewayNames, gatewayStage } from './support/stage.ts'

const stage = gatewayStage()
const cases = gatewayNames.flatMap((gateway) =>
  (['BODY', 'COOKIE', 'HYBRID'] as const).map((tokenTransport) => ({ gateway, tokenTransport })),
)

describe.each(cases)('the second step of $tokenTransport through $gateway', ({ gateway, tokenTransport }) => {
  it('is completed by the client that began the login, and refused to another one', async () => {
    const { graph, client } = stage()
    const ada = await signUpWithTotp(graph.testApp)
    const browser = client(gateway)
    const token = await challenge(browser, ada.email, { tokenTransport })
    expect(browser.cookies.has('__Host-gatehouse-challenge')).toBe(tokenTransport !== 'BODY')
    const code = nextCode(graph.testApp, ada)
    const thief = client(gateway, '127.0.0.9', { 'user-agent': 'curl/8' })
    expect(await complete(thief, token, { code })).toMatchObject({ __typename: 'InvalidTokenProblem' })
    const done = await complete(browser, token, { code })
    expect(done).toMatchObject({ __typename: 'LoginSuccess', user: { id: ada.userId } })
    expect(browser.cookies.has('__Host-gatehouse-challenge')).toBe(false)
    expect(browser.cookies.has('__Host-gatehouse-refresh')).toBe(tokenTransport !== 'BODY')
    if (tokenTransport === 'COOKIE') expect((await browser.ask(meDocument)).data.me.id).toBe(ada.userId)
    else expect(await whoIs(browser, done.tokens.accessToken)).toBe(ada.userId)
  })
})
