/**
 * A script of the page that signs GraphiQL in by itself: it keeps the tokens in the answer of `register`, `login`,
 * `completeMfaChallenge` or `refresh` in memory, sends the access token with the operations of all tabs, and puts the refresh token
 * in the place of `<refreshToken>`, the token of the last challenge in that of `<challengeToken>`. An Authorization header that the user has written stays. A reload forgets the tokens.
 */
export function graphiqlSession(endpoint: string): string {
  return `{
  const send = window.fetch.bind(window)
  const line = document.createElement('div')
  const text = document.createElement('span')
  const button = document.createElement('button')
  let tokens = null
  let challengeToken = '<challengeToken>'
  line.id = 'session'
  line.hidden = true
  text.setAttribute('role', 'status')
  button.textContent = 'Sign out'
  button.onclick = signOut
  line.append(text, button)
  document.body.prepend(line)

  window.fetch = async (url, init = {}) => {
    if (typeof init.body !== 'string') return send(url, init)
    const operation = operationOf(JSON.parse(init.body))
    const headers = new Headers(init.headers)
    const isEntry = /\\b(register|login|completeMfaChallenge|refresh)\\b/.test(operation)
    const isOurs = tokens !== null && !isEntry && !headers.has('authorization')
    if (isOurs) headers.set('authorization', 'Bearer ' + tokens.accessToken)
    const body = init.body.replaceAll('<refreshToken>', tokens?.refreshToken ?? '<refreshToken>')
      .replaceAll('<challengeToken>', challengeToken)
    const response = await send(url, { ...init, headers, body })
    if (response.headers.get('content-type')?.includes('json')) note(await response.clone().json(), isOurs)
    return response
  }

  function operationOf({ query = '', operationName }) {
    if (!operationName) return query
    const start = query.search(new RegExp('^\\\\s*(query|mutation|subscription)\\\\s+' + operationName + '\\\\b', 'm'))
    return query.slice(start).split(/^\\s*(?:query|mutation|subscription)\\b/m)[1] ?? query
  }

  function note({ data, errors }, isOurs) {
    const found = Object.values(data ?? {}).map((result) => result?.tokens).find((value) => value?.accessToken)
    challengeToken = Object.values(data ?? {}).find((result) => result?.challengeToken)?.challengeToken ?? challengeToken
    const reasons = (errors ?? []).map(({ extensions }) => extensions?.reason)
    if (found) signIn(found)
    else if (isOurs && data?.logout && !data.logout.code) forget()
    else if (isOurs && reasons.some((reason) => /^TOKEN_/.test(reason)))
      text.textContent = 'The access token is no longer accepted: run "Refresh", or sign in again.'
  }

  async function signIn(found) {
    tokens = found
    const { data } = await ask('{ me { displayName email } }')
    if (tokens !== found || !data?.me) return
    const { displayName, email } = data.me
    text.textContent = 'Signed in as ' + displayName + (email ? ' (' + email + ')' : '') + ' in all tabs, until the page is reloaded.'
    line.hidden = false
  }

  async function signOut() {
    const { data } = await ask('mutation { logout { __typename } }').catch(() => ({}))
    if (data?.logout?.__typename === 'LogoutSuccess') forget()
    else text.textContent = 'The service did not confirm the sign-out. Try again.'
  }

  function forget() {
    tokens = null
    line.hidden = true
  }

  async function ask(query) {
    const headers = { 'content-type': 'application/json', authorization: 'Bearer ' + tokens.accessToken }
    const body = JSON.stringify({ query })
    return (await send(${JSON.stringify(endpoint)}, { method: 'POST', headers, body, credentials: 'same-origin' })).json()
  }
}
`
}

/** The line above GraphiQL, which then has the rest of the window. */
export const graphiqlSessionStyle = `
  body { display: flex; flex-direction: column; height: 100vh }
  #root { flex: 1; min-height: 0 }
  #root .graphiql-container { height: 100% }
  #session { display: flex; justify-content: flex-end; align-items: center; gap: 12px; padding: 6px 16px;
    font: 14px system-ui, sans-serif; color: #1d2433; background: #dfe6fb }
  #session[hidden] { display: none }
  #session button { font: inherit; padding: 2px 10px; cursor: pointer }
`
