// Hooks: the route, and reading from the API with the earlier answer kept on screen while a new one comes.
import { useCallback, useEffect, useRef, useState } from 'preact/hooks';
import { ApiError } from './api';
import { parseRoute, type Route } from './route';

/** The current route; changes with the address. */
export function useRoute(): Route {
  const [route, setRoute] = useState(() => parseRoute(location.hash));
  useEffect(() => {
    const changed = (): void => setRoute(parseRoute(location.hash));
    window.addEventListener('hashchange', changed);
    return () => window.removeEventListener('hashchange', changed);
  }, []);
  return route;
}

/** Names the window after the page, also for the browser's history. */
export function useTitle(text: string): void {
  useEffect(() => {
    document.title = `${text} · samtale`;
  }, [text]);
}

export interface Read<T> {
  data: T | null;
  error: ApiError | null;
  loading: boolean;
  again: () => void;
}

/** What to do when the session has ended; set once by the shell. */
let signedOut: () => void = () => undefined;
export function onSignedOut(listener: () => void): void {
  signedOut = listener;
}

/** Reads when the key changes; an older answer that comes late is dropped. */
export function useRead<T>(key: string, read: (signal: AbortSignal) => Promise<T>): Read<T> {
  const [state, setState] = useState<{ data: T | null; error: ApiError | null; loading: boolean }>({
    data: null,
    error: null,
    loading: true,
  });
  const [round, setRound] = useState(0);
  const latest = useRef(read);
  latest.current = read;
  useEffect(() => {
    const control = new AbortController();
    setState((old) => ({ ...old, loading: true, error: null }));
    latest.current(control.signal).then(
      (data) => {
        if (!control.signal.aborted) setState({ data, error: null, loading: false });
      },
      (error: unknown) => {
        if (control.signal.aborted) return;
        const known = error instanceof ApiError ? error : new ApiError('internal', 0, String(error), null);
        if (known.kind === 'not_signed_in') signedOut();
        setState((old) => ({ data: old.data, error: known, loading: false }));
      },
    );
    return () => control.abort();
  }, [key, round]);
  const again = useCallback(() => setRound((n) => n + 1), []);
  return { ...state, again };
}
