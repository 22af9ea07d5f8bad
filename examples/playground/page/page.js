// The page works without this. With it, a button does not reload the page, the slider says in words what it is at, and
// what an implicit login brings behind the `#` is handed on.

const said = document.getElementById('said');

// The address is cleared at once: it holds a token.
const fragment = document.getElementById('fragment');
if (fragment && location.hash.length > 1) {
  fragment.elements.address.value = location.hash;
  history.replaceState(null, '', location.pathname);
  fragment.submit();
}

const sayTime = () => {
  const time = document.getElementById('time');
  if (time) {
    const words = time.dataset.words.split(',')[time.value];
    time.form.querySelector('output').value = `: ${words}`;
    time.setAttribute('aria-valuetext', words);
  }
};
sayTime();
document.addEventListener('input', sayTime);

// Whoever names an entry or writes a file means to log in there.
document.addEventListener('change', ({ target }) => {
  const meant = { entry: 'catalogue', file: 'file' }[target.id];
  const radio = meant && target.form.querySelector(`[name=provider][value=${meant}]`);
  if (radio) {
    radio.checked = true;
  }
});

document.addEventListener('submit', async (event) => {
  const form = event.target;
  if (form.method !== 'post' || form === fragment || !form.closest('main')) {
    return;
  }
  event.preventDefault();
  const fields = new URLSearchParams(new FormData(form, event.submitter));
  try {
    // Not `form.action`: its buttons have that name.
    const response = await fetch(form.getAttribute('action'), { method: 'POST', body: fields });
    const page = new DOMParser().parseFromString(await response.text(), 'text/html');
    if (!response.ok || !page.querySelector('main')) {
      throw new Error(`status ${response.status}`);
    }
    document.querySelector('main').replaceWith(page.querySelector('main'));
    document.title = page.title;
    sayTime();
    const now = document.getElementById('now');
    // Whoever presses buttons goes on from where the buttons are; whoever listens hears where that is.
    if (now) {
      now.focus({ preventScroll: true });
      said.textContent = now.textContent;
    }
  } catch {
    location.reload();
  }
});
