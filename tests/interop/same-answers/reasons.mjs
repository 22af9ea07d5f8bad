// Why answers differ. Every difference has one reason, and every reason has a difference.

/// The differences with their reasons.
export function explained(differences, reasons) {
  const complaints = [];
  const rows = differences.map((difference) => {
    const found = reasons.filter((reason) => explains(reason, difference));
    const here = `${difference.id}, ${difference.at}: ours is ${difference.ours}, theirs is ${difference.theirs}`;
    if (found.length === 0) complaints.push(`no reason: ${here}`);
    if (found.length > 1) complaints.push(`${found.length} reasons: ${here}`);
    return { ...difference, reason: found[0]?.reason };
  });
  for (const reason of reasons) {
    const explained = new Set(differences.filter((each) => explains(reason, each)).map(({ id }) => id));
    const stale = reason.vectors.filter((id) => !explained.has(id));
    if (stale.length) complaints.push(`no difference any more: ${stale.join(', ')}: ${reason.reason}`);
  }
  return { rows, complaints };
}

/// A reason is about the fact that it names, or about whether and why a vector is refused.
function explains({ vectors, at }, difference) {
  const about = at ? at === difference.at : ['outcome', 'kind'].includes(difference.at);
  return about && vectors.includes(difference.id);
}
