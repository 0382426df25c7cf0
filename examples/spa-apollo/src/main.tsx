import { ApolloProvider } from '@apollo/client/react'
import { createRoot } from 'react-dom/client'
import { App } from './app.tsx'
import { apollo, restore } from './gatehouse.ts'
import './style.css'

const root = document.getElementById('root')
if (root === null) throw new Error('index.html has no #root')

void restore()
createRoot(root).render(
  <ApolloProvider client={apollo}>
    <App />
  </ApolloProvider>,
)
