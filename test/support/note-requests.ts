import { noteSecret } from './record.js';

/** Loaded before every test file: whatever a test shows to anybody by `fetch`, to be believed, is a secret of the run. */
if (process.env.TEST_RECORD !== undefined) {
  const original = globalThis.fetch;
  globalThis.fetch = (input, init) => {
    note(new Headers(init?.headers ?? (input instanceof Request ? input.headers : {})));
    const { body } = init ?? {};
    if (body instanceof URLSearchParams) noteForm(body);
    return original(input, init);
  };
}

function note(headers: Headers): void {
  const [scheme = '', credential] = (headers.get('authorization') ?? '').split(' ');
  if (/^bearer$/i.test(scheme)) noteSecret('token', credential);
  for (const cookie of (headers.get('cookie') ?? '').split('; ')) noteSecret('cookie', cookie.split('=')[1]);
}

function noteForm(form: URLSearchParams): void {
  noteSecret('code', form.get('code'));
  noteSecret('verifier', form.get('code_verifier'));
  noteSecret('token', form.get('refresh_token'));
  noteSecret('password', form.get('client_secret'));
}
