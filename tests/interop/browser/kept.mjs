// What a page of `examples/browser` keeps in its tab.

/// `{ tag: how many rows }`, besides the name of the tab. A callback that waits has none: it is counted as one.
export const kept = (page) =>
  page.evaluate(() => {
    const count = {};
    for (const [name, row] of Object.entries(sessionStorage)) {
      if (name === 'tab') continue;
      const kind = name === 'callback' ? name : JSON.parse(row).kind;
      count[kind] = (count[kind] ?? 0) + 1;
    }
    return count;
  });

/// The row of this name, read.
export const row = async (page, name) => JSON.parse(await page.evaluate((name) => sessionStorage.getItem(name), name));
