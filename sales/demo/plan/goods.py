"""Demo products: what the demo shop sells. Names and prices are made up."""

from dataclasses import dataclass
from datetime import time
from decimal import Decimal

from pos.catalogue.barcodes import check_digit

BY_WEIGHT = "kg"


@dataclass(frozen=True, slots=True)
class DemoRestriction:
    """An age, and hours on every day in which nothing is sold."""

    name: str
    minimum_age: int
    closes_at: time
    opens_at: time


@dataclass(frozen=True, slots=True)
class DemoCategory:
    name: str
    second_name: str
    tint: str
    glyph: str
    restriction: DemoRestriction | None = None


@dataclass(frozen=True, slots=True)
class DemoProduct:
    """One product; ``number`` makes its barcode, 0 is for none.

    What is weighed has an ``item`` of the scale instead, which its labels name.
    ``often`` weighs how often it is bought. ``on_hand`` is what this morning's
    count finds, where it was counted. ``containers`` are those with a deposit.
    """

    sku: str
    name: str
    second_name: str
    price: Decimal
    cost: Decimal
    category: DemoCategory
    glyph: str
    often: int
    number: int
    item: int = 0
    is_favourite: bool = False
    is_tracked: bool = True
    is_active: bool = True
    is_open_price: bool = False
    unit: str = "each"
    when_out: str = "warn"
    on_hand: int | None = None
    containers: int = 0

    @property
    def barcode(self) -> str:
        """An EAN-13 with its check digit, or how labels begin; empty for neither."""
        if self.item:
            return f"21{self.item:05}"
        if not self.number:
            return ""
        payload = f"88881234{5000 + self.number}"
        return f"{payload}{check_digit(payload)}"

    def label(self, grams: int) -> str:
        """The code that the shop's scale prints on so much of it."""
        payload = f"{self.barcode}{grams:05}"
        return f"{payload}{check_digit(payload)}"


# Singapore: the hours of a licence for taking away (Class 3A), and its age. See
# docs/restrictions.md.
ALCOHOL = DemoRestriction("Alcohol", 18, closes_at=time(22, 30), opens_at=time(7))


@dataclass(frozen=True, slots=True)
class DemoVoucher:
    """A kind of voucher, and what it does not pay for."""

    code: str
    name: str
    excluded: tuple[DemoRestriction, ...]


# Community Development Councils give these to every household; not for alcohol.
CDC_VOUCHER = DemoVoucher("cdc", "CDC voucher", (ALCOHOL,))

CATEGORIES = (
    DemoCategory("Bakery", "面包糕点", "bakery", "g-bread"),
    DemoCategory("Kopi & drinks", "咖啡饮料", "kopi", "g-cup"),
    DemoCategory("Dairy & eggs", "奶类与蛋", "dairy", "g-milk"),
    DemoCategory("Fresh", "生鲜蔬果", "fresh", "g-leaf"),
    DemoCategory("Pantry", "粮油酱料", "pantry", "g-bag"),
    DemoCategory("Snacks", "零食", "snack", "g-chip"),
    DemoCategory("Household", "家居用品", "home", "g-spray"),
    DemoCategory("Frozen", "冷冻食品", "dairy", "g-bowl"),
    DemoCategory("Beer & wine", "啤酒与酒", "pantry", "g-bottle", ALCOHOL),
)

# SKU, name, second name, price, cost, glyph or - for the category's, how often,
# and what else there is to say: fav, loose (no barcode), made (not tracked),
# kg, gone (inactive), ask (open price), refuse, =N (this morning's count).
GOODS = {
    "Bakery": """
        KTS | Kaya Toast Set | 咖椰吐司套餐 | 4.80 | 1.60 | - | 9 | fav made
        CPF | Curry Puff | 咖喱角 | 1.80 | 0.80 | g-puff | 9 | fav loose
        EGT | Egg Tart | 蛋挞 | 1.60 | 0.70 | g-cake | 5 | fav loose refuse =0
        PCC | Pandan Chiffon Cake | 班兰戚风蛋糕 | 6.80 | 3.47 | g-cake | 4 | fav
        AKK | Ang Ku Kueh | 红龟粿 | 1.20 | 0.50 | g-puff | 5 | fav loose
        WL400 | White Loaf 400 g | 白面包 | 2.80 | 1.70 | - | 6 | fav
        BR6 | Butter Rolls 6s | 牛油餐包 | 3.20 | 1.90 | - | 4 | fav =4
        KLS1 | Kueh Lapis Slice | 千层糕 | 2.20 | 1.05 | g-cake | 0 | gone =0
    """,
    "Kopi & drinks": """
        KOPI | Kopi (hot) | 咖啡 | 1.60 | 0.47 | - | 20 | fav made
        KOK | Kopi-O Kosong | 咖啡乌无糖 | 1.50 | 0.44 | - | 12 | fav made
        TCP | Teh C Peng | 冰淡奶茶 | 2.20 | 0.65 | - | 8 | fav made
        KOB20 | Kopi-O Bags 20s | 咖啡乌包 | 5.50 | 3.08 | g-bag | 5 | fav =52
        ISO500 | Isotonic Drink 500 ml | 等渗饮料 | 1.60 | 0.92 | g-bottle | 6 | fav =31
        BAR1 | Barley Drink 1 L | 薏米水 | 2.10 | 1.20 | g-bottle | 4 | fav =18
        TEH | Teh (hot) | 奶茶 | 1.60 | 0.50 | - | 9 | made
        MLT | Malt Drink (iced) | 冰麦芽饮料 | 2.60 | 0.80 | - | 4 | made
        CHR6 | Chrysanthemum Tea 6s | 菊花茶 | 3.90 | 2.60 | g-bottle | 3 |
        WAT15 | Mineral Water 1.5 L | 矿泉水 | 1.30 | 0.60 | g-bottle | 5 |
    """,
    "Dairy & eggs": """
        FM1 | Fresh Milk 1 L | 鲜奶 | 3.95 | 3.20 | - | 7 | fav =22
        KEG10 | Kampong Eggs 10s | 甘榜鸡蛋 | 3.60 | 2.45 | g-egg | 8 | fav =61
        SOY1 | Soy Milk 1 L | 豆奶 | 2.60 | 1.55 | - | 4 | fav =9
        YOG140 | Natural Yoghurt 140 g | 原味酸奶 | 1.85 | 1.10 | g-cup | 3 |
        BUT250 | Salted Butter 250 g | 咸牛油 | 5.90 | 4.30 | g-bag | 2 |
        CHS12 | Cheese Slices 12s | 芝士片 | 6.45 | 4.70 | g-bag | 2 |
        TFU300 | Silken Tofu 300 g | 嫩豆腐 | 1.15 | 0.62 | g-bag | 4 |
        EVM390 | Evaporated Milk 390 g | 淡奶 | 1.95 | 1.28 | g-jar | 3 |
    """,
    "Fresh": """
        BAN | Cavendish Bananas | 香蕉 | 2.95 | 1.60 | g-fruit | 6 | fav loose kg
        FUJI | Fuji Apple | 富士苹果 | 0.90 | 0.50 | g-fruit | 6 | fav loose
        XBC220 | Xiao Bai Cai 220 g | 小白菜 | 1.45 | 0.80 | - | 4 | fav
        KKG250 | Kang Kong 250 g | 空心菜 | 1.30 | 0.81 | - | 4 | fav =3
        TOM | Tomatoes | 番茄 | 3.20 | 1.90 | g-fruit | 4 | loose kg
        GIN | Old Ginger | 老姜 | 6.50 | 4.10 | - | 1 | loose kg
        LIM200 | Calamansi 200 g | 酸柑 | 1.50 | 0.85 | g-fruit | 2 |
        SPO100 | Spring Onion 100 g | 青葱 | 0.95 | 0.48 | - | 3 |
    """,
    "Pantry": """
        KSP250 | Kaya Spread 250 g | 咖椰酱 | 4.20 | 2.10 | g-jar | 3 | fav =24
        JAR5 | Jasmine Rice 5 kg | 茉莉香米 | 14.90 | 12.03 | - | 2 | fav =38
        CCN5 | Chilli Crab Noodles 5s | 辣椒螃蟹面 | 3.45 | 1.88 | g-bowl | 4 | fav
        LSS640 | Light Soy Sauce 640 ml | 酱青 | 3.10 | 1.62 | g-bottle | 2 | fav
        OYS510 | Oyster Sauce 510 g | 蚝油 | 3.65 | 2.20 | g-bottle | 1 |
        SES330 | Sesame Oil 330 ml | 麻油 | 5.20 | 3.60 | g-bottle | 1 |
        SAM200 | Sambal Tumis 200 g | 参巴辣椒 | 4.60 | 2.70 | g-jar | 2 |
        VER400 | Rice Vermicelli 400 g | 米粉 | 1.85 | 1.05 | g-bowl | 2 |
        COC200 | Coconut Milk 200 ml | 椰浆 | 1.35 | 0.82 | g-bottle | 2 |
        SUG1 | Fine Sugar 1 kg | 幼糖 | 1.95 | 1.30 | - | 2 |
    """,
    "Snacks": """
        PRC120 | Prawn Crackers 120 g | 虾饼 | 1.95 | 1.05 | - | 5 | fav
        SEC80 | Salted Egg Crisps 80 g | 咸蛋薯片 | 4.50 | 2.75 | - | 4 | fav
        SEA8 | Seaweed Sheets 8s | 紫菜 | 2.95 | 1.70 | g-leaf | 3 |
        PNT150 | Roasted Peanuts 150 g | 花生 | 2.35 | 1.40 | g-bag | 3 |
        MUR160 | Murukku 160 g |  | 2.80 | 1.60 | - | 2 |
        PNB12 | Pineapple Balls 12s | 黄梨挞 | 8.90 | 5.20 | g-cake | 1 |
        HAW10 | Haw Flakes 10s | 山楂饼 | 1.40 | 0.70 | g-bag | 2 |
    """,
    "Household": """
        DW1 | Dish Wash 1 L | 洗洁精 | 3.75 | 2.30 | - | 2 | fav =27
        FT4 | Facial Tissue 4s | 面巾纸 | 5.20 | 3.60 | g-roll | 3 | fav =33
        KTW6 | Kitchen Towel 6s | 厨房纸巾 | 6.90 | 4.60 | g-roll | 2 | fav =16
        CBL | Carrier Bag (L) | 购物袋（大） | 0.10 | 0.04 | g-bag | 9 | fav loose made
        LDT2 | Laundry Detergent 2 kg | 洗衣粉 | 8.95 | 6.10 | - | 1 |
        SPG3 | Sponges 3s | 海绵 | 2.15 | 1.10 | g-bag | 1 |
        BAT4 | AA Batteries 4s | 电池 | 4.80 | 2.90 | g-bag | 1 |
        MISC | Other goods | 其他 | 0 | 0 | g-bag | 1 | loose made ask
    """,
    "Frozen": """
        PRT5 | Roti Prata 5s | 印度煎饼 | 3.30 | 2.10 | g-bread | 3 |
        FBL500 | Fish Balls 500 g | 鱼丸 | 3.95 | 2.60 | - | 3 |
        DUM12 | Pork Dumplings 12s | 猪肉饺 | 5.60 | 3.80 | - | 2 |
        PEA500 | Green Peas 500 g | 青豆 | 2.75 | 1.70 | g-leaf | 1 |
        ICE6 | Potong Ice Cream 6s | 传统雪糕 | 5.90 | 3.90 | g-cake | 2 |
    """,
    # Not in the month's baskets, which nobody was asked an age for.
    "Beer & wine": """
        LAG330 | Lager 330 ml | 淡啤酒 | 4.20 | 2.70 | - | 0 |
        STT640 | Stout 640 ml | 黑啤酒 | 8.90 | 5.80 | - | 0 |
        RED750 | Red Wine 750 ml | 红葡萄酒 | 24.90 | 16.50 | - | 0 |
    """,
}
# With a deposit: regulated cans and bottles of 150 ml to 3 litres.
CONTAINERS = {"ISO500": 1, "BAR1": 1, "WAT15": 1, "CHR6": 6, "LAG330": 1}


def _plan_products() -> list[DemoProduct]:
    products: list[DemoProduct] = []
    for category in CATEGORIES:
        for line in GOODS[category.name].strip().splitlines():
            cells = [cell.strip() for cell in line.split("|")]
            sku, name, second_name, price, cost, glyph, often, remarks = cells
            words = remarks.split()
            counted = [word[1:] for word in words if word.startswith("=")]
            products.append(
                DemoProduct(
                    sku=sku,
                    name=name,
                    second_name=second_name,
                    price=Decimal(price),
                    cost=Decimal(cost),
                    category=category,
                    glyph="" if glyph == "-" else glyph,
                    often=int(often),
                    number=0 if {"loose", "made"} & set(words) else len(products) + 1,
                    item=len(products) + 1 if BY_WEIGHT in words else 0,
                    is_favourite="fav" in words,
                    is_tracked="made" not in words,
                    is_active="gone" not in words,
                    is_open_price="ask" in words,
                    unit=BY_WEIGHT if BY_WEIGHT in words else "each",
                    when_out="refuse" if "refuse" in words else "warn",
                    on_hand=int(counted[0]) if counted else None,
                    containers=CONTAINERS.get(sku, 0),
                )
            )
    return products


PRODUCTS = _plan_products()
# Barcodes to try at the till without a look into the back office.
EXAMPLES = [product for product in PRODUCTS if product.sku in {"KOB20", "FM1", "JAR5"}]
WEIGHED_EXAMPLE = next(product for product in PRODUCTS if product.item)
WEIGHED_GRAMS = 1250
