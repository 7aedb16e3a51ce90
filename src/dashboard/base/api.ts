// Talks to the daemon: same origin, cookie session, JSON in, problem details out. Aborted reads are silent.
import type { Budget, Choices, Conversation, ConversationList, Coverage, KeyFigures, Overview, Problem, Results, Session } from './types';

/** What went wrong, by the stable last word of the problem type ("not_signed_in", "unavailable"). */
export class ApiError extends Error {
  constructor(
    readonly kind: string,
    readonly status: number,
    detail: string,
    readonly retryAfterS: number | null,
  ) {
    super(detail);
  }
}

async function call<T>(path: string, init: RequestInit): Promise<T> {
  let response: Response;
  try {
    response = await fetch(path, { ...init, credentials: 'same-origin', headers: { Accept: 'application/json', ...init.headers } });
  } catch (error) {
    if (error instanceof DOMException && error.name === 'AbortError') throw error;
    throw new ApiError('offline', 0, '', null);
  }
  if (response.status === 204) return undefined as T;
  if (response.ok) return (await response.json()) as T;
  throw await problemOf(response);
}

async function problemOf(response: Response): Promise<ApiError> {
  const after = Number(response.headers.get('Retry-After'));
  const retry = Number.isFinite(after) && after > 0 ? after : null;
  try {
    const problem = (await response.json()) as Problem;
    return new ApiError(problem.type.replace(/^urn:samtale:problem:/, ''), response.status, problem.detail ?? problem.title, retry);
  } catch {
    return new ApiError('internal', response.status, response.statusText, retry);
  }
}

const get = <T>(path: string, signal: AbortSignal): Promise<T> => call<T>(path, { signal });

export const api = {
  me: (signal: AbortSignal) => get<Session>('v1/me', signal),
  choices: (signal: AbortSignal) => get<Choices>('v1/queues', signal),
  overview: (query: string, signal: AbortSignal) => get<Overview>(`v1/overview${query}`, signal),
  figures: (query: string, signal: AbortSignal) => get<KeyFigures>(`v1/figures${query}`, signal),
  results: (query: string, signal: AbortSignal) => get<Results>(`v1/results${query}`, signal),
  coverage: (query: string, signal: AbortSignal) => get<Coverage>(`v1/coverage${query}`, signal),
  budget: (query: string, signal: AbortSignal) => get<Budget>(`v1/budget${query}`, signal),
  conversations: (query: string, signal: AbortSignal) => get<ConversationList>(`v1/conversations${query}`, signal),
  conversation: (id: string, signal: AbortSignal) => get<Conversation>(`v1/conversations/${encodeURIComponent(id)}`, signal),
  signIn: (name: string, password: string) =>
    call<Session>('v1/session', {
      method: 'POST',
      headers: { 'Content-Type': 'application/json' },
      body: JSON.stringify({ name, password }),
    }),
  signOut: () => call<void>('v1/session', { method: 'DELETE' }),
};
