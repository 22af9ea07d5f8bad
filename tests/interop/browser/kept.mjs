// What a page of `examples/browser` keeps in its tab.

/// `{ tag: how many rows }`.
export const kept = (page) =>
  page.evaluate(() => {
    const count = {};
    for (const row of Object.values(sessionStorage)) count[JSON.parse(row).kind] = (count[JSON.parse(row).kind] ?? 0) + 1;
    return count;
  });

/// The row of this name, read.
export const row = async (page, name) => JSON.parse(await page.evaluate((name) => sessionStorage.getItem(name), name));
