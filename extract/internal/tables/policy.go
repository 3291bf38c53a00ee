package tables

// The layout policy: every threshold by which glyphs become lines and cells and rules become grids. Each has a name, a unit
// and a reason. An em is the size of the font beside; pt are points of the page; a share says of what. They were set on
// reports of many writers and hold for all of them; a change is judged by the tests of this room and by labelled files.

// Lines and words.
const (
	lineLevel    = 0.5  // em: glyphs whose middles differ less in height stand on one line, superscripts included
	blankSquare  = 1.2  // em between two square characters from which on a blank is written: spread titles stay words
	blankMixed   = 0.9  // em, where one of the two is square
	blankWord    = 0.18 // em, between letters: the narrowest blank of common fonts is a quarter
	blankDrawn   = 0.05 // em, between letters where the writer drew a blank itself
	digitsTouch  = 0.08 // em: digits of two strings farther apart are two numbers; those of one number touch, whoever drew them
	digitsApart  = 0.3  // em: digits of one string farther apart are two numbers: less than half a digit is letter spacing
	pieceWords   = 0.85 // em of room that parts two pieces of a line: nearly a square character
	pieceStrings = 0.3  // em, between two strings: writers draw each cell by itself
	pieceMixed   = 0.45 // em, between a number and a word, or where strings are unknown
	pictureShare = 0.03 // share of the page that a picture covers; smaller ones are ornaments
)

// Numbers on the rules of a grid.
const (
	digitLevel  = 0.2  // em: digits that differ more in height are not one number
	digitTouch  = 0.06 // em: digits of two strings that are nearer go on with each other
	digitString = 0.22 // em, within one string
	digitRule   = 0.15 // em: a rule so near to the end of a string parts two numbers
	digitOver   = 0.3  // em: digits that overlap more were not set one after the other
)

// Dashed rules.
const (
	dashLong  = 10.0 // pt: longer pieces are no dashes
	dashRoom  = 6.0  // pt: most room between dashes
	dashTimes = 1.6  // times its own length: dashes and the room between them are about equal
)

// Halves of a table on two pages.
const (
	edgeRuled    = 3.0  // pt: drawn edges of one column differ less from page to page
	edgeGuessed  = 10.0 // pt: edges guessed from the numbers of each half
	overhangFoot = 0.75 // share of the page's height: tables that end above it have room for all their words
	overhangFar  = 1.5  // em: words below a table that still belong to its last cell
)

// Paragraphs.
const (
	furnitureHead = 0.1  // share of the page's height from the top in which page heads stand
	furnitureFoot = 0.88 // the same from which page numbers and feet stand
	besideShare   = 0.3  // em: lines that overlap more in height stand beside each other
	besideStep    = 0.4  // em: a line that begins less far below stands beside, not below
	lineFull      = 2.2  // em: a line that ends nearer to the margin is full and goes on: two characters do not fit
	sizeAlike     = 0.12 // share by which the sizes of one paragraph's lines differ at most
	paragraphGap  = 1.6  // em between lines of one paragraph at most; official papers are set with wide lines
	indentLeast   = 1.2  // em: a line set in so far begins a paragraph; the form is two
	indentLoose   = 0.5  // em: a line set in as far as the one before goes on with it
	centreNear    = 1.5  // em: the middle of a centred line lies so near to that of the page
	titleSize     = 1.3  // times the size of the body, from which a line in the middle is a title however long
	headingSize   = 1.15 // times the size of the body, from which a centred paragraph is a heading
)

// Tables without rules.
const (
	bandGap     = 14.0 // em between lines of numbers of one table: labels of many lines stand between
	columnShift = 1.5  // em by which a number may stand beside its column
	proseWide   = 0.5  // share of the page that a line of prose takes at least
	proseRoom   = 0.12 // share of such a line that is room
	headGap     = 4.0  // em between the head of a table and its first numbers
	headAbove   = 1.5  // em above the first numbers from which words belong to the head
	headLines   = 0.45 // em between lines of one head
	shortGap    = 2.0  // em between the lines of a short table
	pairNear    = 1.3  // em by which a row's words stand higher or lower than its number
)

// Labels before the numbers.
const (
	cutSlack      = 0.4 // pt by which strings of a column begin apart
	leafBehind    = 0.3 // least share of the labels that begin in the last column
	leafCrossed   = 0.3 // most share that crosses its start: titles over both columns
	leafAligned   = 0.2 // least share that begins just there, when words are not centred
	groupNear     = 3.0 // em: words of a group stand so near to the first row
	numberedShare = 0.6 // share of the labels that begin with a number, from which on a row's label should
	headNear      = 0.6 // em: words so near to the first row cost something to leave to the head
)

// Measures of rules, in points.
const (
	thin    = 3.0 // a box no thicker than this is a line
	cluster = 2.0 // lines nearer than this are one line drawn twice
	gap     = 3.0 // pieces of a line nearer than this are joined
	short   = 6.0 // what is shorter than this after joining is no rule
	narrow  = 4.0 // columns and rows narrower than this are the two strokes of a double line
	covered = 0.6 // share of an edge that must be ruled to part two cells
)

// Glyphs drawn twice: how far apart their middles may lie.
const (
	twiceMost  = 1.5  // points
	twiceShare = 0.2  // of the font size
	twiceWidth = 0.45 // of the glyph's own width, beside each other
	twiceLeast = 0.25 // points, for glyphs without a width
)

// Raised marks: smaller than the text they follow, or standing above its base line. All in sizes of that text but the
// first, which is a ratio of sizes.
const (
	raisedSmall = 0.80 // a mark is at most so large
	raisedLift  = 0.10 // its foot stands at least so much above the text's, when it is smaller
	raisedSame  = 0.25 // the same for a mark as large as its text
	raisedMost  = 0.90 // more above is another line
	raisedFar   = 0.50 // room between the text and its mark
	raisedOver  = 0.35 // how far they may overlap
	turnedWide  = 1.2  // times as wide as high: such a glyph lies on its side
)

// Strikes: a rule through the middle of words, drawn for them alone.
const (
	strikeHigh  = 0.70 // highest place of the rule above the foot of the glyph's box, in sizes of the glyph
	strikeLow   = 0.28 // lowest place; below it a rule underlines
	strikeReach = 0.80 // how far the rule may reach beyond the words, in sizes: less than a cell's border does
	strikeCover = 0.50 // least share of the rule that words stand on
	strikeThick = 2.0  // points; thicker bars are no strikes
	strikeMeets = 1.5  // points; a rule that ends at an upright one is a cell's border
	maxStrikes  = 2_000_000
)

// Numbers below each other in one cell are either one number that was too long for its cell, or the numbers of rows between
// which a rule is missing.
const (
	cellMargins = 10.8 // points: the usual margins of a cell in a word processor, both together
	wrapPitch   = 1.6  // font sizes from line to line within a paragraph, at most
	wrapLines   = 4    // most lines of one number
	wrapRoom    = 2.0  // characters of room at the end of a line of words that was not wrapped
	levelNear   = 0.7  // font sizes: lines of one row differ less in height
)

// Words of Latin script in running text: lines of a table leave more room between columns than the line's own words have.
const (
	wordLeast = 0.12 // font sizes from word to word, at least
	wordMost  = 1.0  // and at most
	wordTimes = 1.8  // times the middle gap of its line that a gap must have to part two pieces
	wordCount = 4    // gaps from which on a line tells how far apart its words are
)

// Words among the numbers of a row: a remark at its end, a word for none.
const (
	wordNumbers = 3 // numbers that a row must have before a word behind them counts as one of its values
	wordShare   = 3 // numbers for each such word
)

// Columns of lines without rules.
const (
	crossShare = 0.15 // share of the lines that may cross the room between two columns: heads over both
	crossRoom  = 0.25 // least width of that room, in font sizes
)

// Lines that make a table: what stands in the axes of a chart does not fill a grid.
const (
	denseCells = 0.35 // least share of the cells that hold something
	denseRows  = 0.50 // least share of the rows with two cells that do
)

// Columns of prose: what must hold of neighbouring lines for a page to be read column by column.
const (
	gutterRoom  = 0.8  // least room between columns, in font sizes
	gutterLines = 4    // least lines with words on both sides
	gutterNear  = 4.0  // points that the middle of the gutter may wander from line to line
	columnWide  = 8.0  // least width of a column, in font sizes: narrower ones are cells
	columnAlike = 0.6  // least ratio of the two columns' widths
	columnFull  = 0.75 // share of its column's width that a line of prose fills, on the average
	columnEdge  = 0.6  // share of the lines that begin where their column does
	columnDepth = 3    // columns in columns: four beside each other are two by two
)

// Tables of words on two pages are one when the first runs to the foot of its page and the second begins at the head of the
// next, in shares of the page's height.
const (
	footOfPage = 0.80
	headOfPage = 0.15
)

// pinned is how near a label's height must be to that of numbers, in lines, to be theirs; astray is the cost of giving it
// to others.
const (
	pinned = 0.25
	astray = 25
)
