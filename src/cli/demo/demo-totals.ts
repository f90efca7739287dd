/** Running totals of projects or files, of which 60 percent are public. */
export function publicTotals(total: number, daily: number): object {
  const [isPublic, isPublicDaily] = [Math.round(total * 0.6), Math.round(daily * 0.6)];
  return {
    total,
    public: isPublic,
    private: total - isPublic,
    total_daily: daily,
    public_daily: isPublicDaily,
    private_daily: daily - isPublicDaily,
  };
}

/** Running totals of registrations, of which a fifth are embargoed. */
export function registrationTotals(total: number, daily: number): object {
  const [embargoed, embargoed_daily] = [Math.round(total * 0.2), Math.round(daily * 0.2)];
  return {
    total,
    public: total - embargoed,
    embargoed,
    embargoed_v2: Math.round(embargoed / 2),
    total_daily: daily,
    public_daily: daily - embargoed_daily,
    embargoed_daily,
    embargoed_v2_daily: Math.round(embargoed_daily / 2),
  };
}
