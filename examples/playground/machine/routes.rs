//! Where the boxes stand, and how the arrows run between them. Which arrows there are is the table's to say: a test
//! holds this to it.

pub const WIDTH: i32 = 1030;
pub const HEIGHT: i32 = 500;
pub const BOX_WIDTH: i32 = 136;
pub const BOX_HEIGHT: i32 = 48;

/// The middle of each box.
pub const BOXES: [(&str, i32, i32); 11] = [
    ("AwaitingToken", 295, 74),
    ("Unauthorized", 85, 190),
    ("AwaitingCode", 295, 190),
    ("InFlight", 505, 190),
    ("Authorized", 715, 190),
    ("Expired", 925, 190),
    ("ReceivedCode", 295, 320),
    ("InDoubt", 505, 320),
    ("TokenSet", 715, 320),
    ("Revoking", 925, 320),
    ("Intent", 505, 450),
];

/// The way of an arrow, and where its label stands.
pub struct Route {
    pub from: &'static str,
    pub to: &'static str,
    pub path: &'static str,
    pub label: (i32, i32),
}

const fn route(from: &'static str, to: &'static str, path: &'static str, label: (i32, i32)) -> Route {
    Route { from, to, path, label }
}

pub const ROUTES: &[Route] = &[
    route("Unauthorized", "AwaitingCode", "M153 190H225", (190, 182)),
    route("Unauthorized", "AwaitingToken", "M105 166C105 100 150 74 225 74", (128, 92)),
    route("Unauthorized", "InFlight", "M110 214C150 272 440 272 482 217", (250, 270)),
    route("AwaitingCode", "InFlight", "M363 190H435", (400, 182)),
    route("AwaitingCode", "AwaitingCode", "M275 166C262 126 328 126 316 163", (295, 130)),
    route("AwaitingCode", "Intent", "M340 214C392 246 400 300 400 350C400 405 414 434 435 442", (376, 396)),
    route("AwaitingToken", "Authorized", "M363 74C580 74 715 92 715 163", (560, 78)),
    route("AwaitingToken", "AwaitingToken", "M275 50C262 10 328 10 316 47", (295, 14)),
    route("AwaitingToken", "Intent", "M240 98C194 130 190 210 190 300C190 400 320 448 434 450", (214, 400)),
    route("ReceivedCode", "InFlight", "M363 318C430 318 478 270 486 217", (438, 292)),
    route("InFlight", "Authorized", "M573 180H645", (609, 172)),
    route("InFlight", "ReceivedCode", "M452 214C440 258 410 298 366 304", (414, 252)),
    route("InFlight", "TokenSet", "M560 214C582 262 612 302 645 306", (612, 262)),
    route("InFlight", "InDoubt", "M515 214V293", (536, 252)),
    route("InFlight", "Intent", "M540 214C596 250 606 300 606 350C606 406 594 436 576 442", (628, 396)),
    route("InDoubt", "InFlight", "M495 296V217", (478, 262)),
    route("InDoubt", "ReceivedCode", "M437 338H366", (402, 354)),
    route("InDoubt", "TokenSet", "M573 330H645", (610, 352)),
    route("InDoubt", "Intent", "M505 344V423", (540, 388)),
    route("Authorized", "InFlight", "M647 202H576", (611, 222)),
    route("Authorized", "Expired", "M783 190H855", (819, 182)),
    route("Authorized", "TokenSet", "M725 214V293", (664, 256)),
    route("Authorized", "Revoking", "M770 214C800 250 848 284 874 295", (846, 250)),
    route("Expired", "InFlight", "M905 166C860 104 570 104 524 163", (760, 112)),
    route("Expired", "TokenSet", "M884 214C860 262 822 302 786 306", (850, 246)),
    route("Expired", "Revoking", "M935 214V293", (956, 258)),
    route("Expired", "Intent", "M985 214C1014 262 1014 384 950 424C880 466 700 462 576 458", (900, 462)),
    route("TokenSet", "Authorized", "M705 296V217", (694, 262)),
    route("TokenSet", "Expired", "M783 318C850 312 900 270 910 217", (858, 288)),
    route("TokenSet", "Revoking", "M783 330H855", (820, 348)),
    route("TokenSet", "Intent", "M700 344C680 402 630 440 576 448", (690, 396)),
    route("Revoking", "Intent", "M905 344C860 424 690 452 576 453", (800, 426)),
    route("Intent", "Unauthorized", "M437 458C250 474 85 440 85 217", (110, 372)),
];
